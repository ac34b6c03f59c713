import FileAccess
import Support
import SystemPackage

/// Runs the tools that were built together with the tests.
enum ToolRun {
  /// The folder of the built tools, which contains the test program, too.
  private static let products: FilePath = {
    let arguments = CommandLine.arguments
    for argument in arguments where argument.contains("/") {
      var folder = FilePath(argument)
      while !folder.isEmpty && folder != "/" {
        folder.removeLastComponent()
        if folder.appending("dvsprep").isRegularFile { return folder }
      }
    }
    preconditionFailure("no dvsprep beside the tests: \(arguments)")
  }()

  static func dvsprep(
    _ arguments: String..., in directory: FilePath? = nil
  ) throws -> CommandResult {
    try dvsprep(arguments, in: directory)
  }

  static func dvsprep(
    _ arguments: [String], in directory: FilePath? = nil
  ) throws -> CommandResult {
    try runCommand(products.appending("dvsprep").string, arguments, in: directory)
  }

  /// A folder with a small data set in `DvsGesture`, and its cache for T = 2.
  static func folderWithCache() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
    _ = try dvsprep("convert", ".", "-T", "2", "--quiet", in: directory.path)
    return directory
  }

  static func dvstrain(
    _ arguments: [String], in directory: FilePath? = nil, environment: [String: String] = [:]
  ) throws -> CommandResult {
    try runCommand(
      products.appending("dvstrain").string, arguments, in: directory, environment: environment)
  }

  /// Runs a shell script in which `$DVSPREP` and `$DVSTRAIN` are the tools.
  static func shell(
    _ script: String, in directory: FilePath
  ) throws -> CommandResult {
    try runCommand(
      "sh", ["-c", script], in: directory,
      environment: [
        "DVSPREP": products.appending("dvsprep").string,
        "DVSTRAIN": products.appending("dvstrain").string,
      ])
  }
}

extension CommandResult {
  /// The lines of stderr.
  var errorLines: [String] {
    standardError.split(separator: "\n").map(String.init)
  }

  /// The lines of stderr that contain none of the given texts.
  func errorLines(without notes: String...) -> [String] {
    errorLines.filter { line in !notes.contains { line.contains($0) } }
  }
}
