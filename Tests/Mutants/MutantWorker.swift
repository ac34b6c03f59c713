import CacheRepacking
import FrameCache
import HDF5
import IsolatedReading
import Support
import SystemPackage

/// A step in reading a mutant; the worker writes its letter, the mutant's number and a detail in a
/// line.
enum MutantEvent: Character {
  /// The package's reader starts.
  case reading = "r"
  /// The package's reader refused the file in one line.
  case refused = "x"
  /// The package's reader refused the file, but not in one line that names it.
  case badMessage = "m"
  /// The package's reader read the whole file; libhdf5 starts.
  case oracle = "o"
  /// libhdf5 read the same content.
  case equal = "="
  /// libhdf5 read different content.
  case different = "d"
  /// libhdf5 refused the file; the detail is its message.
  case oracleRefused = "c"
}

/// Reads mutants one by one, and announces each step, so that its parent knows where it crashed.
struct MutantWorker {
  let seed: UInt64
  let folder: FilePath
  /// Whether libhdf5 also reads the mutants that the package's reader accepts.
  let usesLibrary: Bool

  func run(_ numbers: Range<Int>) throws {
    ReadingLimits(memoryByteCount: 1 << 30, processorSeconds: 3600, elapsedSeconds: 0).apply()
    let caches = try ValidCache.all(in: folder)
    let path = folder.appending("mutant.h5")
    let copy = folder.appending("copy.h5")
    for number in numbers {
      announce(.reading, number)
      try writeFile(Mutant(number: number, seed: seed, of: caches).bytes, to: path)
      let content: CacheContent
      do {
        content = try CacheContent(path)
      } catch {
        let text = error.description
        let isOneLine = text.hasPrefix("\(path): ") && !text.contains("\n")
        announce(isOneLine ? .refused : .badMessage, number, text)
        continue
      }
      guard usesLibrary else {
        announce(.equal, number)
        continue
      }
      announce(.oracle, number)
      do throws(HDF5Error) {
        try StoredCacheCopy(memoryByteCount: 1 << 29).write(path, to: copy)
      } catch {
        announce(.oracleRefused, number, error.description)
        continue
      }
      do {
        let differences = content.differences(from: try CacheContent(copy))
        announce(
          differences.isEmpty ? .equal : .different, number, differences.joined(separator: ", "))
      } catch {
        announce(.different, number, "the copy: \(error.location) \(error.detail)")
      }
    }
  }

  private func announce(_ event: MutantEvent, _ number: Int, _ detail: String = "") {
    let plain = detail.split(whereSeparator: \.isNewline).joined(separator: " ")
    _ = try? FileDescriptor.standardOutput.writeAll(
      "\(event.rawValue) \(number) \(plain)\n".utf8)
  }
}
