internal import FileAccess
internal import Glibc
internal import SystemPackage

/// The names of event files: `events.out.tfevents.<seconds>.<host>.<process>.0`.
///
/// TensorBoard reads a folder's files in the order of their names, so names must sort in the order
/// of writing.
enum EventFileName {
  static let prefix = "events.out.tfevents."

  /// The name of a new file, which sorts after all existing ones.
  ///
  /// - Parameters:
  ///   - wallTimeSeconds: Now, in seconds since 1970.
  ///   - existing: The names in the folder; the new name sorts after them even if the clock was set
  ///     back, or the last file was created in the same second.
  static func next(wallTimeSeconds: Double, after existing: [String]) -> String {
    let latest = existing.compactMap(seconds(of:)).max()
    let now = Int64(exactly: wallTimeSeconds.rounded(.down)) ?? 0
    let seconds = max(now, latest.map { $0 + 1 } ?? 0)
    let digits = String(seconds)
    let padded = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    return "\(prefix)\(padded).\(hostName()).\(getpid()).0"
  }

  /// The time in a name; `nil` if it is not the name of an event file.
  private static func seconds(of name: String) -> Int64? {
    guard name.hasPrefix(prefix) else { return nil }
    let digits = name.dropFirst(prefix.count).prefix { $0 != "." }
    // A time after the year 5138 is not valid; adding 1 to a valid one must not overflow.
    return Int64(digits).flatMap { (0..<100_000_000_000).contains($0) ? $0 : nil }
  }

  /// This machine's name, reduced to characters for a file name.
  private static func hostName() -> String {
    var characters = [CChar](repeating: 0, count: 256)
    // Safe: the call writes at most 255 bytes; the last stays zero.
    guard unsafe gethostname(&characters, characters.count - 1) == 0 else { return "localhost" }
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let name = String(decoding: bytes, as: UTF8.self).filter {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
    }
    return name.isEmpty ? "localhost" : name
  }
}

/// The event files of a folder, the oldest first.
func eventFiles(in directory: FilePath) throws(TensorBoardError) -> [FilePath] {
  do throws(FileError) {
    return try namesInDirectory(directory)
      .filter { $0.hasPrefix(EventFileName.prefix) }
      .map { directory.appending($0) }
  } catch {
    throw TensorBoardError(error)
  }
}

/// Now, in seconds since 1970.
func currentWallTimeSeconds() -> Double {
  var now = timespec()
  // Safe: the call writes one structure.
  _ = unsafe clock_gettime(CLOCK_REALTIME, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}
