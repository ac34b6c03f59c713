import ArgumentParser
import FrameCache
import MPI
import Terminal
import ToolSupport

/// The tool `dvstrain`.
@main
struct DVSTrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dvstrain",
    abstract: "Trains the spiking network of the PLIF paper from a frame cache made by dvsprep.",
    discussion: """
      Options are named as in SpikingJelly's tutorial 'Classify DVS128 Gesture'; -data_dir can \
      also be written -data-dir, --data_dir or --data-dir. Without a subcommand, dvstrain trains.

      EXAMPLES
        dvstrain -data_dir demo -out_dir logs -channels 32 -epochs 15
        dvstrain -data_dir DvsGesture -out_dir logs -amp -opt Adam -T_max 64
        dvstrain -data_dir DvsGesture -out_dir logs -resume auto
        dvstrain eval CHECKPOINT -data_dir DvsGesture
        dvstrain predict CHECKPOINT DvsGesture/user24_led.aedat
        dvstrain plot logs -o runs.html
        dvstrain export CHECKPOINT --to pth -o net.pth
        dvstrain import net.pth -o net.safetensors
        dvstrain describe -channels 64 -neuron PLIF

      EXIT CODES
        0 done; 1 invalid data, files or internal errors; 64 wrong usage;
        129, 130, 138, 140 and 143 stopped by SIGHUP, SIGINT, SIGUSR1, SIGUSR2
        and SIGTERM, after the state was saved

      ENVIRONMENT
        DVS_ISA  instruction set of -device cpu: baseline, avx2, avx512 or
                 avx512bf16; by default the best that the processor has.
                 Results are the same with each, except with -amp, where
                 avx512bf16 multiplies differently.
                 For -device cuda: tensor (default), or fma, which needs
                 no tensor cores and is slow
        DVSKIT_MPI_LIBRARY
                 library of MPI with which ranks train together; by default
                 that of mpirun, mpiexec or srun
      """,
    version: "dvstrain \(versionText(toolVersion))",
    subcommands: [
      TrainCommand.self, EvalCommand.self, PredictCommand.self, DescribeCommand.self,
      PlotCommand.self, ExportWeightsCommand.self, ImportWeightsCommand.self, BenchCommand.self,
      RanksCommand.self, GraphReaderCommand.self,
    ],
    defaultSubcommand: TrainCommand.self,
    // Not -h: the parser would find that letter in -channels, and answer every mistake with help.
    helpNames: .long)

  /// Parses and runs; options may be written with two dashes, too.
  static func main() {
    runTool(
      DVSTrain.self, OptionName.singleDashSpelling(of: Array(ProcessArguments.all.dropFirst()))
    ) { line, write in
      // Ranks mostly have the same arguments.
      if let launcher = Launcher(environment: environmentValue) {
        launcher.report(line, by: write)
      } else {
        write(line)
      }
    }
  }
}
