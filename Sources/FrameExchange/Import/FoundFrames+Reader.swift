internal import FileAccess
internal import FrameCache
internal import HDF5
internal import IsolatedReading
internal import NumPyFiles
public import SystemPackage
internal import ZipArchives

extension FoundFrames {
  /// The main function of the process that reads tonic's files: limits the process, and copies the
  /// arrays to an archive.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - memory: The limit of memory in bytes.
  ///   - seconds: The limit of processor time in seconds.
  /// - Returns: The process's exit code.
  public static func readerMain(_ path: FilePath, memory: Int, seconds: Int) -> Int32 {
    ReadingLimits(memoryByteCount: memory, processorSeconds: seconds, elapsedSeconds: 0).apply()
    do {
      try LZFDecoding.register()
      let files = try TonicListing(path).files
      var archive = ZipEncoder(isCompressed: true)
      for (number, file) in files.enumerated() {
        do throws(HDF5Error) {
          try add(file, in: path, memory, to: &archive)
        } catch {
          ReadingAnswer.refused("\(file.fileName): \(error.description)").tell()
          return 1
        }
        ReadingAnswer.progress(completedCount: number + 1, totalCount: files.count).tell()
      }
      let target = try FileDescriptor.open(ReadingProcess.targetPath, .writeOnly)
      try target.closeAfter { _ = try target.writeAll(archive.encoded()) }
    } catch {
      ReadingAnswer.refused("\(error)").tell()
      return 1
    }
    ReadingAnswer.done.tell()
    return 0
  }

  /// Adds the frames and the label of a file, all numbers as float64, which holds every count.
  private static func add(
    _ file: TonicListing.File, in path: FilePath, _ memory: Int, to archive: inout ZipEncoder
  ) throws(HDF5Error) {
    let source = try HDF5File(opening: path.appending(file.fileName).string)
    let names = TonicArchive.names(file)
    for (group, name) in [("data", names.frames), ("target", names.label)] {
      let objects = try source.root.group(group)
      guard try objects.names() == ["0"], try !objects.isGroup("0") else {
        throw HDF5Error("/\(group)", "one array, '0', expected, another content found")
      }
      let dataset = try objects.dataset("0")
      try dataset.requireWholeContent()
      // A number takes eight bytes each here, in the array's bytes and in the archive's.
      let maximumCount = memory / 64
      guard let count = dataset.elementCount, count <= maximumCount else {
        throw HDF5Error(
          "/\(group)/0",
          "at most \(maximumCount) numbers expected, for the size of all files, extents "
            + "\(dataset.extents) found")
      }
      let values = try dataset.readDoubles(maximumCount: maximumCount)
      let header = ArrayHeader(
        ElementDescription(.float, byteCount: 8), shape: dataset.extents)
      do throws(FileContentError) {
        try archive.add(name, header, ArrayEncoding.bytes(values))
      } catch {
        throw HDF5Error("/\(group)/0", error.detail)
      }
    }
  }
}
