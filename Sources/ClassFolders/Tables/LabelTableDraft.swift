public import EventData
internal import EventFrames
internal import FileAccess
internal import GestureDataSet
public import SystemPackage
public import Threads

/// A table of labels to fill in: a row for each recording, with the times of its events.
public struct LabelTableDraft: Sendable {
  /// The recordings.
  public let recordings: [FilePath]
  /// Warnings about files in the folders that have names as recordings have them, but cannot be
  /// read.
  public let warnings: [DataSetWarning]

  /// Finds the recordings.
  ///
  /// - Parameter paths: Recordings, and folders that contain some at any depth.
  /// - Throws: ``EventData/DataSetError`` for a file that is not a recording, and when none is
  ///   found.
  public init(of paths: [FilePath]) throws(DataSetError) {
    var found: [FilePath] = []
    var warnings: [DataSetWarning] = []
    for path in paths {
      if path.isDirectory {
        var files = FolderFiles()
        try files.collect(path)
        let unread = files.unread + (files.recordings.isEmpty ? [] : files.withoutMark)
        found += files.recordings.isEmpty ? files.withoutMark : files.recordings
        if !unread.isEmpty { warnings.append(Self.warning(unread, in: path)) }
      } else {
        // Reports what is not a recording.
        let contents = try RecordingContents.mapped(path)
        _ = try contents.withBytes { bytes throws(DataSetError) in
          try contents.format.header(of: bytes, path)
        }
        found.append(path)
      }
    }
    guard !found.isEmpty else {
      throw DataSetError(
        paths.first ?? ".", .whole, "recordings expected, as 'dvsprep info' reads, none found")
    }
    self.warnings = warnings
    var seen: Set<FilePath> = []
    recordings = found.filter { seen.insert($0.lexicallyNormalized()).inserted }
  }

  private static func warning(_ unread: [FilePath], in folder: FilePath) -> DataSetWarning {
    let names = unread.prefix(5).map { path in
      var rest = path
      return rest.removePrefix(folder) ? rest.string : path.string
    }
    let files = unread.count == 1 ? "1 file that is" : "\(unread.count) files that are"
    return DataSetWarning(
      folder, .whole,
      "\(files) not read as recordings, left out: \(names.joined(separator: ", "))"
        + (unread.count > names.count ? " and \(unread.count - names.count) more" : "")
        + " ('dvsprep info FILE' says why)")
  }

  /// The files in a folder, at any depth.
  private struct FolderFiles {
    var recordings: [FilePath] = []
    /// Files that may be of an ATIS (N-MNIST), whose recordings have no mark: if there are no
    /// others.
    var withoutMark: [FilePath] = []
    /// Files that have names as recordings have them, but cannot be read.
    var unread: [FilePath] = []

    mutating func collect(_ folder: FilePath) throws(DataSetError) {
      let names: [String]
      do throws(FileError) { names = try namesInDirectory(folder) } catch {
        throw DataSetError(error)
      }
      for name in names.sorted() where !name.hasPrefix(".") {
        let path = folder.appending(name)
        guard path.isDirectory else {
          note(path, name)
          continue
        }
        // A link may lead back to a folder above.
        let isLink = (try? Stat(path, followTargetSymlink: false))?.type == .symbolicLink
        if !isLink { try collect(path) }
      }
    }

    private mutating func note(_ path: FilePath, _ name: String) {
      let kind = try? FileKind(at: path)
      if kind?.isRecording == true {
        recordings.append(path)
      } else if ClassFolderLayout.nmnist.recordingName(name) != nil, kind == .other,
        let identity = try? FileIdentity(of: path), identity.byteCount % 5 == 0
      {
        withoutMark.append(path)
      } else if ClassFolderLayout.own.recordingName(name) != nil, kind != .labels,
        kind != .recordingList, !LabelTable.isTable(path)
      {
        unread.append(path)
      }
    }
  }

  /// Reads the recordings and makes the table.
  ///
  /// - Parameters:
  ///   - folder: The folder that the table will be in, from which its paths start.
  ///   - observer: Receives the progress in recordings.
  /// - Returns: The table, as CSV with the columns `file`, `start_us`, `end_us`, `label` and
  ///   `split`; the last two are empty.
  /// - Throws: ``EventData/DataSetError`` for a defect of a recording.
  public func text(in folder: FilePath, observer: WorkObserver) throws(DataSetError) -> String {
    var text = "file,start_us,end_us,label,split\n"
    for path in recordings {
      let span = try Self.span(of: path, observer)
      let times = span.map { "\($0.lowerBound),\($0.upperBound)" } ?? ","
      text += "\(Self.field(Self.relative(path, to: folder))),\(times),,\n"
    }
    return text
  }

  /// The times of a recording's events; `nil` without events.
  private static func span(
    of path: FilePath, _ observer: WorkObserver
  ) throws(DataSetError) -> Range<Int64>? {
    var span: (earliest: Int64, latest: Int64)?
    var readCount = 0
    let contents = try RecordingContents.mapped(path)
    func report(_ byteCount: Int) throws(DataSetError) {
      if observer.isCancelled() { throw .cancelled(path) }
      readCount += byteCount
      observer.onProgress(
        WorkProgress(stage: .scan, completedCount: readCount, totalCount: contents.byteCount))
    }
    try contents.forEachPiece(onProgress: report) { events throws(DataSetError) in
      events.forEach(in: 0..<events.count) { event in
        let time = event.timestampMicroseconds
        span = (min(span?.earliest ?? time, time), max(span?.latest ?? time, time))
      }
    }
    return span.map { $0.earliest..<$0.latest + 1 }
  }

  /// A path from a folder, if it lies in that; else an absolute path.
  private static func relative(_ path: FilePath, to folder: FilePath) -> String {
    let base = folder.isEmpty ? "." : folder
    if base == ".", !path.isAbsolute { return path.lexicallyNormalized().string }
    // Of links only those in folders are followed: the last name is what the user sees.
    let folder = path.parentDirectory
    guard let name = path.lastComponent, let whole = (folder.isEmpty ? "." : folder).resolved,
      let base = base.resolved
    else { return path.string }
    var rest = whole.appending(name)
    return rest.removePrefix(base) ? rest.string : whole.appending(name).string
  }

  /// A field, quoted where CSV needs it.
  private static func field(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { !",;\t\"\r\n".utf8.contains($0) }
    if isPlain && text[...].trimmed == text { return text }
    let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
    return "\"\(parts.joined(separator: "\"\""))\""
  }
}
