internal import Glibc
internal import HDF5
internal import SystemPackage

extension CacheRepack {
  /// The main function of the reading process: limits the process, copies the file and reports the
  /// result.
  ///
  /// - Parameters:
  ///   - path: The cache.
  ///   - limits: The limits from ``CacheRepack``: bytes of memory and seconds of processor time.
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
  /// The limits as command-line arguments of the reading process.
  var arguments: [String] {
    ["--memory", "\(memoryByteCount)", "--seconds", "\(processorSeconds)"]
  }
}
