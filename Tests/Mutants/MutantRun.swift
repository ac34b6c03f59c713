import Foundation
import Support
import SystemPackage

/// Runs workers over all mutants, one process for each batch, and counts the results.
struct MutantRun {
  let seed: UInt64
  let folder: FilePath
  let findingsFolder: FilePath
  private(set) var tally = MutantTally()

  /// Mutants per process.
  private static let batchCount = 2000
  /// A worker that is silent for so long hangs: a mutant takes less than a hundredth of this.
  private static let silenceMilliseconds: Int32 = 30_000

  init(seed: UInt64, folder: FilePath, findingsFolder: FilePath) {
    self.seed = seed
    self.folder = folder
    self.findingsFolder = findingsFolder
  }

  /// How a worker ended.
  private enum End {
    case done
    /// Before it had finished a mutant, in this step.
    case during(MutantEvent, number: Int, String)
  }

  mutating func run(_ count: Int, onProgress: (Int) -> Void) throws {
    let caches = try ValidCache.all(in: folder)
    var next = 0
    while next < count {
      onProgress(next)
      let batch = next..<min(next + Self.batchCount, count)
      switch try work(batch, caches, usesLibrary: true) {
      case .done: next = batch.upperBound
      case .during(.oracle, let number, let how):
        note(.oracleEnded, number, caches, how)
        next = number + 1
      case .during(_, let number, let how):
        // libhdf5 may have corrupted the process's memory at an earlier mutant: try again without
        // it.
        if case .during = try work(number..<(number + 1), caches, usesLibrary: false) {
          note(.ended, number, caches, how)
        } else {
          tally.doubtfulCount += 1
        }
        next = number + 1
      }
    }
    onProgress(count)
  }

  private mutating func work(
    _ numbers: Range<Int>, _ caches: [ValidCache], usesLibrary: Bool
  ) throws -> End {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      [
        "work", "--seed", "\(seed)", "--first", "\(numbers.lowerBound)", "--count",
        "\(numbers.count)", "--folder", folder.string,
      ] + (usesLibrary ? [] : ["--no-library"])
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = FileDescriptor(rawValue: pipe.fileHandleForReading.fileDescriptor)
    var last: (event: MutantEvent, number: Int)?
    var pending: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var isSilent = false
    while true {
      var request = pollfd(fd: output.rawValue, events: Int16(POLLIN), revents: 0)
      // Safe: the call accesses one structure, and a buffer of the size passed.
      guard unsafe poll(&request, 1, Self.silenceMilliseconds) > 0 else {
        isSilent = true
        break
      }
      let byteCount = try unsafe buffer.withUnsafeMutableBytes { try unsafe output.read(into: $0) }
      if byteCount == 0 { break }
      pending += buffer[..<byteCount]
      while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeSubrange(...end)
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, let event = words[0].first.flatMap(MutantEvent.init),
          let number = Int(words[1])
        else { preconditionFailure("a worker wrote '\(line)'") }
        last = (event, number)
        if usesLibrary, let result = event.result {
          note(result, number, caches, String(words[2]))
        }
      }
    }
    if isSilent { process.terminate() }
    process.waitUntilExit()
    if !isSilent, process.terminationReason == .exit, process.terminationStatus == 0 {
      return .done
    }
    guard let last else { throw POSIXError(.ECHILD) }
    let how = isSilent ? "silence" : "signal \(process.terminationStatus)"
    switch last.event {
    case .reading, .oracle: return .during(last.event, number: last.number, how)
    // Between two mutants: counts as a failure at the next one.
    default: return .during(.reading, number: last.number + 1, how)
    }
  }

  private mutating func note(
    _ result: MutantTally.Result, _ number: Int, _ caches: [ValidCache], _ detail: String
  ) {
    let mutant = Mutant(number: number, seed: seed, of: caches)
    tally.add(result, mutant, number: number, detail)
    guard result.isFinding || result == .oracleEnded else { return }
    let name = "\(mutant.cache.name)_\(result.rawValue)_\(seed)_\(number).h5"
    try? writeFile(mutant.bytes, to: findingsFolder.appending(name))
  }
}

extension MutantEvent {
  /// The mutant's result; `nil` if it is not yet known.
  fileprivate var result: MutantTally.Result? {
    switch self {
    case .reading, .oracle: nil
    case .refused: .refused
    case .equal: .equal
    case .oracleRefused: .oracleRefused
    case .badMessage: .badMessage
    case .different: .different
    }
  }
}
