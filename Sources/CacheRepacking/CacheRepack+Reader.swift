internal import Glibc
internal import HDF5
internal import SystemPackage

extension CacheRepack {
  /// What the process does that reads: limits itself, copies the file and says how that went.
  ///
  /// - Parameters:
  ///   - path: The cache.
  ///   - limits: What ``CacheRepack`` gave: bytes of memory and seconds of a processor.
  /// - Returns: The process's exit code.
  public static func readerMain(_ path: String, memory: Int, seconds: Int) -> Int32 {
    ReadingLimits(memoryByteCount: memory, processorSeconds: seconds, elapsedSeconds: 0).apply()
    let copy = StoredCacheCopy(memoryByteCount: memory) { completed, total in
      tell(.progress(completedCount: completed, totalCount: total))
    }
    do throws(HDF5Error) {
      try copy.write(FilePath(path), to: ReadingProcess.targetPath)
    } catch {
      tell(.refused(error.object == "/" ? error.detail : error.description))
      return 1
    }
    tell(.done)
    return 0
  }

  private static func tell(_ answer: ReadingAnswer) {
    _ = try? FileDescriptor.standardOutput.writeAll(answer.line.utf8)
  }
}

extension ReadingLimits {
  /// As the reading process takes them.
  var arguments: [String] {
    ["--memory", "\(memoryByteCount)", "--seconds", "\(processorSeconds)"]
  }
}
