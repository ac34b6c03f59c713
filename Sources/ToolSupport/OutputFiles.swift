package import FileAccess
internal import SystemPackage

/// The files that a command writes: all of them appear, or none.
package final class OutputFiles {
  private var files: [File] = []

  /// Makes an empty list.
  package init() {}

  /// Writes a file, which does not appear yet.
  ///
  /// - Throws: ``FileAccess/FileError``.
  package func add(_ bytes: [UInt8], as output: OutputFile) throws(FileError) {
    files.append(File(try stageWholeFile(bytes, for: output.path), replaces: output.replaces))
  }

  /// Makes all files appear under their names.
  ///
  /// - Throws: ``FileAccess/FileError``; files that already have their names are then removed,
  ///   unless they replaced others.
  package func publish() throws(FileError) {
    var new: [FilePath] = []
    for file in files {
      let isNew = !file.path.exists
      do throws(FileError) { try file.publish() } catch {
        for path in new { removeFile(path) }
        throw error
      }
      if isNew { new.append(file.path) }
    }
    files = []
  }

  /// A staged file, which is not copyable, as an element of an array.
  private final class File {
    let path: FilePath
    private var staged: StagedFile?
    private let replaces: Bool

    init(_ staged: consuming StagedFile, replaces: Bool) {
      path = staged.destination
      self.staged = consume staged
      self.replaces = replaces
    }

    func publish() throws(FileError) {
      guard let staged = staged.take() else { return }
      try staged.publish(replacing: replaces)
    }
  }
}
