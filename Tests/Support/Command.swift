internal import FileAccess
internal import Foundation
package import SystemPackage

/// The result of a program.
package struct CommandResult: Equatable, Sendable {
  /// The exit code; 128 + the signal's number if a signal ended the program.
  package let exitCode: Int32
  /// The text written to stdout.
  package let standardOutput: String
  /// The text written to stderr.
  package let standardError: String
}

/// Runs a program to its end.
///
/// - Parameters:
///   - program: A path, or a name to look up in `PATH`.
///   - arguments: The arguments after the program's name.
///   - directory: The working directory; `nil` for the current one.
///   - environment: Variables to add to this process's environment.
package func runCommand(
  _ program: String, _ arguments: [String], in directory: FilePath? = nil,
  environment: [String: String] = [:]
) throws -> CommandResult {
  let output = try TemporaryDirectory()
  let process = Process()
  if program.contains("/") {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
  } else {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
  }
  if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory.string) }
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardInput = FileHandle.nullDevice
  // Files, not pipes: a full pipe that nobody reads would block the program.
  func handle(_ name: String) throws -> FileHandle {
    try FileHandle(forWritingTo: URL(fileURLWithPath: output.write([UInt8](), to: name).string))
  }
  process.standardOutput = try handle("stdout")
  process.standardError = try handle("stderr")
  try process.run()
  process.waitUntilExit()
  func text(_ name: String) throws -> String {
    String(decoding: try readFile(output.file(name)), as: UTF8.self)
  }
  return CommandResult(
    exitCode: process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus,
    standardOutput: try text("stdout"), standardError: try text("stderr"))
}
