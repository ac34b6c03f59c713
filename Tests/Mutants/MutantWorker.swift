import CacheRepacking
import FrameCache
import HDF5
import Support
import SystemPackage

/// What becomes of a mutant, a letter on a line that the worker writes.
enum MutantEvent: Character {
  /// The package's reader begins.
  case reading = "r"
  /// It refused the file in one line.
  case refused = "x"
  /// It refused the file, but not in one line that names it.
  case badMessage = "m"
  /// It read all, and libhdf5 begins.
  case oracle = "o"
  /// libhdf5 reads the same.
  case equal = "="
  /// libhdf5 reads something else.
  case different = "d"
  /// libhdf5 refused the file; why stands behind.
  case oracleRefused = "c"
}

/// Reads mutants, one after the other, and tells before each step what it is: whoever started it
/// knows where it ended.
struct MutantWorker {
  let seed: UInt64
  let folder: FilePath
  /// Whether libhdf5 reads, too, what was accepted.
  let asksLibrary: Bool

  func run(_ numbers: Range<Int>) throws {
    ReadingLimits(memoryByteCount: 1 << 30, processorSeconds: 3600, elapsedSeconds: 0).apply()
    let caches = try ValidCache.all(in: folder)
    let path = folder.appending("mutant.h5")
    let copy = folder.appending("copy.h5")
    for number in numbers {
      tell(.reading, number)
      try writeFile(Mutant(number: number, seed: seed, of: caches).bytes, to: path)
      let content: CacheContent
      do {
        content = try CacheContent(path)
      } catch {
        let text = error.description
        let isOneLine = text.hasPrefix("\(path): ") && !text.contains("\n")
        tell(isOneLine ? .refused : .badMessage, number, text)
        continue
      }
      guard asksLibrary else {
        tell(.equal, number)
        continue
      }
      tell(.oracle, number)
      do throws(HDF5Error) {
        try StoredCacheCopy(memoryByteCount: 1 << 29).write(path, to: copy)
      } catch {
        tell(.oracleRefused, number, error.description)
        continue
      }
      do {
        let differences = content.differences(from: try CacheContent(copy))
        tell(differences.isEmpty ? .equal : .different, number, differences.joined(separator: ", "))
      } catch {
        tell(.different, number, "the copy: \(error.place) \(error.detail)")
      }
    }
  }

  private func tell(_ event: MutantEvent, _ number: Int, _ detail: String = "") {
    let plain = detail.split(whereSeparator: \.isNewline).joined(separator: " ")
    _ = try? FileDescriptor.standardOutput.writeAll(
      "\(event.rawValue) \(number) \(plain)\n".utf8)
  }
}
