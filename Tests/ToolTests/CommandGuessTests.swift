import Support
import Testing

@Suite("Wrong commands and options")
struct CommandGuessTests {
  private let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
    try directory.write("", to: "demo")
  }

  @Test(
    "name the nearest one, and the help that lists them",
    arguments: [
      (
        "dvstrain", "trian -epochs 2",
        "no command 'trian': did you mean 'train'?; see 'dvstrain --help'"
      ),
      (
        "dvstrain", "info demo",
        "'info' is a command of dvsprep: 'dvsprep info'; see 'dvstrain --help'"
      ),
      (
        "dvstrain", "convret demo",
        "no command 'convret': did you mean 'dvsprep convert'?; see 'dvstrain --help'"
      ),
      (
        "dvstrain", "demo",
        "no command 'demo': to train on it, put -data_dir in front of it; see 'dvstrain --help'"
      ),
      (
        "dvstrain", "nothing",
        "no command 'nothing': train, eval, predict, plot, describe, export, import, "
          + "bench or ranks expected; see 'dvstrain --help'"
      ),
      (
        "dvsprep", "convertt demo",
        "no command 'convertt': did you mean 'convert'?; see 'dvsprep --help'"
      ),
      (
        "dvsprep", "train demo",
        "'train' is a command of dvstrain: 'dvstrain train'; see 'dvsprep --help'"
      ),
      (
        "dvstrain", "-data_dir x -epoch 2",
        "Unknown option '-epoch'. Did you mean '-epochs'?; see 'dvstrain train --help'"
      ),
      ("dvstrain", "-data_dir x -dry", "Unknown option '-dry'; see 'dvstrain train --help'"),
      (
        "dvstrain", "eval c -data_dir x -net y", "Unknown option '-net'; see 'dvstrain eval --help'"
      ),
      (
        "dvstrain", "-data_dir x -batch_size 8",
        "Unknown option '-batch_size': it is '-b' here; see 'dvstrain train --help'"
      ),
      (
        "dvstrain", "-data_dir x --num-workers=4",
        "Unknown option '--num-workers': it is '-j' here; see 'dvstrain train --help'"
      ),
      (
        "dvsprep", "convert x -frames_number 10",
        "Unknown option '-frames_number': it is '-T' here; see 'dvsprep convert --help'"
      ),
      (
        "dvsprep", "convert x -o x.npz",
        "-o: a cache is an HDF5 file, as FILE.h5; 'x.npz' found; see 'dvsprep convert --help'"
      ),
      (
        "dvsprep", "convert x --fraems 2",
        "Unknown option '--fraems'. Did you mean '--frames'?; see 'dvsprep convert --help'"
      ),
      (
        "dvsprep", "convert demo -o x.h5 -dash",
        "Unknown option '-dash'; see 'dvsprep convert --help'"
      ),
      ("dvsprep", "convert -o x.h5 -dash", "Unknown option '-dash'; see 'dvsprep convert --help'"),
      (
        "dvstrain", "-T 16 -data-dirs x -lr 0.1 -v_reset -1",
        "Unknown option '-data-dirs'. Did you mean '-data_dir'?; see 'dvstrain train --help'"
      ),
      (
        "dvstrain", "-T16 -j4",
        "Missing expected argument '-data_dir <dir>'; see 'dvstrain train --help'"
      ),
      (
        "dvstrain", "predict a.safetensors b.safetensors c.aedat",
        "one checkpoint expected, 2 found, as 'a.safetensors' and 'b.safetensors': choose one, or "
          + "compare them with 'dvstrain eval'; see 'dvstrain predict --help'"
      ),
      (
        "dvstrain", "predict a b c d",
        "one input after the checkpoint expected, 3 found: 'b', 'c', …; see 'dvstrain predict --help'"
      ),
    ])
  func wrong(tool: String, arguments: String, message: String) throws {
    let words = arguments.split(separator: " ").map(String.init)
    let result =
      tool == "dvsprep"
      ? try ToolRun.dvsprep(words, in: directory.path)
      : try ToolRun.dvstrain(words, in: directory.path)
    #expect(result.exitCode == 64)
    #expect(result.errorLines == ["\(tool): \(message)"])
    #expect(result.standardOutput.isEmpty)
    #expect(try directory.names() == ["demo"])
  }

  @Test("-h prints a command's help, alone or after other options")
  func help() throws {
    for words in [["convert", "-h"], ["convert", "x", "-h"], ["help", "convert"], ["-h"]] {
      let result = try ToolRun.dvsprep(words)
      #expect(result.exitCode == 0)
      #expect(result.standardOutput.contains("EXAMPLES"))
    }
  }
}
