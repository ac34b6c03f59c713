package import ArgumentParser

/// The limits of a process that reads an untrusted file, as the process that starts it passes them.
package struct ReadingLimitOptions: ParsableArguments {
  /// The limit of memory in bytes.
  @Option(name: .long, help: "Memory limit, in bytes.")
  package var memory: Int

  /// The limit of processor time in seconds.
  @Option(name: .long, help: "Limit of processor time, in seconds.")
  package var seconds: Int

  /// Creates the options; their values come from parsing.
  package init() {}

  /// Checks the values.
  package func validate() throws {
    guard memory > 0, seconds > 0 else { throw ValidationError("limits over 0 expected") }
  }
}
