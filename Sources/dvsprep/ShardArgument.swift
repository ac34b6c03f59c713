import ArgumentParser
import FrameCache
import Terminal

/// The value of `--shard`: `2/5`, or `slurm`.
enum ShardArgument {
  /// Maximum number of shards: merging keeps them all open, and processes may open 1024 files.
  static let maximumCount = 1000

  /// Parses a value; `slurm` takes the part from the environment.
  static func shard(_ text: String) throws -> Shard {
    if text == "slurm" {
      return try SlurmArray(environmentValue).shard()
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }),
      let number = Int(parts[0]), let count = Int(parts[1]), (1...maximumCount).contains(count),
      (1...count).contains(number)
    else {
      throw ValidationError(
        "I/N with I from 1 to N, and N at most \(maximumCount), or slurm expected, '\(text)' found")
    }
    return Shard(number: number - 1, of: count)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

/// The job array that Slurm runs this process in.
///
/// Source: sbatch(1), "Job Array Support".
struct SlurmArray {
  private let value: (String) -> String?

  /// Prepares to read the environment; tests pass another one.
  init(_ value: @escaping (String) -> String?) { self.value = value }

  /// This task's part: the tasks of a complete array count from 0 or 1, in steps of 1.
  ///
  /// Slurm does not tell how large an array once was of which only some tasks run again. Those that
  /// start later or leave out numbers are refused.
  func shard() throws -> Shard {
    let identifier = try number("TASK_ID")
    let count = try number("TASK_COUNT")
    let first = try number("TASK_MIN")
    let last = try number("TASK_MAX")
    let step = value("SLURM_ARRAY_TASK_STEP") == nil ? 1 : try number("TASK_STEP")
    guard (1...ShardArgument.maximumCount).contains(count) else {
      throw ValidationError(
        "slurm: 1 to \(ShardArgument.maximumCount) tasks expected, \(count) found "
          + "(SLURM_ARRAY_TASK_COUNT)")
    }
    guard (0...1).contains(first), step == 1, last - first == count - 1,
      (first...last).contains(identifier)
    else {
      throw ValidationError(
        "slurm: a complete array of tasks from 0 or 1 in steps of 1 expected, task \(identifier) of an "
          + "array of \(count) from \(first) to \(last) in steps of \(step) found; 'I/N' repeats one part"
      )
    }
    return Shard(number: identifier - first, of: count)
  }

  private func number(_ name: String) throws -> Int {
    let variable = "SLURM_ARRAY_\(name)"
    guard let text = value(variable) else {
      throw ValidationError("slurm: \(variable) is not set: 'sbatch --array' sets it")
    }
    guard let number = Int32(text), number >= 0 else {
      throw ValidationError("slurm: \(variable): a number expected, '\(text)' found")
    }
    return Int(number)
  }
}
