internal import HDF5
internal import IsolatedReading
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
      ReadingAnswer.progress(completedCount: completed, totalCount: total).tell()
    }
    do throws(HDF5Error) {
      try copy.write(FilePath(path), to: ReadingProcess.targetPath)
    } catch {
      ReadingAnswer.refused(error.object == "/" ? error.detail : error.description).tell()
      return 1
    }
    ReadingAnswer.done.tell()
    return 0
  }
}
