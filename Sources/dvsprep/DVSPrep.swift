import ArgumentParser
import FrameCache
import ToolSupport

/// The tool `dvsprep`.
@main
struct DVSPrep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dvsprep",
    abstract: "Turns event-camera recordings into compressed, verified frame caches.",
    discussion: """
      EXAMPLES
        dvsprep synth /tmp/demo              generate a small data set
        dvsprep convert /tmp/demo            convert it into a frame cache
        dvsprep info /tmp/demo/*.h5          summarise the cache
        dvsprep inspect /tmp/demo/*.h5       statistics and pictures of its frames
        dvsprep verify /tmp/demo/*.h5        check everything in it
        dvsprep merge part-*.h5 -o all.h5    make one cache of all parts
        dvsprep repack changed.h5 -o new.h5  rewrite a cache that others changed
        dvsprep export CACHE --to npy DIR    write frames for other programs
        dvsprep import DIR                   make a cache of other programs' frames
        dvsprep convert DvsGesture.tar.gz    straight from the archive
        dvsprep labels DIR -o DIR/labels.csv a table of labels for your own recordings

      EXIT CODES
        0 done, or nothing to do; 1 invalid data, files or internal errors; 64 wrong usage;
        129, 130, 138, 140 and 143 stopped by SIGHUP, SIGINT, SIGUSR1, SIGUSR2
        and SIGTERM
      """,
    version: "dvsprep \(versionText(toolVersion))",
    subcommands: [
      ConvertCommand.self, InfoCommand.self, InspectCommand.self, VerifyCommand.self,
      MergeCommand.self, RepackCommand.self, ExportCommand.self, ImportCommand.self,
      LabelsCommand.self, SynthCommand.self, ViewCommand.self, RepackReaderCommand.self,
      ImportReaderCommand.self,
    ],
    // Not -h: the parser would find that letter in any mistyped option with one dash.
    helpNames: .long)

  /// Parses and runs.
  static func main() {
    runTool(DVSPrep.self, withHyphens(Array(ProcessArguments.all.dropFirst())))
  }
}
