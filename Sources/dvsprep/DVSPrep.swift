import ArgumentParser
import FrameCache

/// The tool.
@main
struct DVSPrep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dvsprep",
    abstract: "Turns event-camera recordings into compressed, verified frame caches.",
    discussion: """
      Examples:
        dvsprep synth /tmp/demo                    a small data set to try things on
        dvsprep convert /tmp/demo                  -> frames_number_16_split_by_number.h5
        dvsprep convert DvsGesture.tar.gz -T 20    straight from the archive, 20 frames a sample
        dvsprep info /tmp/demo/*.h5                what a cache, a recording or a data set holds
        dvsprep verify --source /tmp/demo /tmp/demo/*.h5

      Exit codes: 0 done or nothing to do, 1 bad data, files or faults, 64 wrong usage,
      130 and 143 stopped by SIGINT and SIGTERM.
      """,
    version: "dvsprep \(toolVersion)",
    subcommands: [
      ConvertCommand.self, InfoCommand.self, VerifyCommand.self, SynthCommand.self,
    ])
}
