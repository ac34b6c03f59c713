internal import EventData
internal import EventFrames
internal import FileAccess
internal import SystemPackage

/// Lists the recordings in class folders; of own recordings, their first bytes tell the format.
///
/// The order is training before test split, then by label, then by the bytes of the file names.
struct ClassFolderListing {
  private(set) var recordings: [Recording] = []
  /// Warnings about missing splits and classes, where these are allowed.
  private var missing: [DataSetWarning] = []
  private var findings: FolderFindings
  /// The class names, by label.
  let classNames: [String]

  private let path: FilePath
  private let layout: ClassFolderLayout
  private let allowsMissing: Bool

  /// All warnings.
  var warnings: [DataSetWarning] { missing + findings.warnings }

  /// Lists the folders.
  ///
  /// - Throws: ``EventData/DataSetError`` for a missing split or class, unless that is allowed, and
  ///   when there are no recordings at all.
  init(
    _ path: FilePath, _ layout: ClassFolderLayout, allowsMissing: Bool
  ) throws(DataSetError) {
    self.path = path
    self.layout = layout
    self.allowsMissing = allowsMissing
    findings = FolderFindings(path, layout)
    guard path.isDirectory else {
      throw DataSetError(
        path, .whole,
        path.exists ? "a folder expected, something else found" : "there is no such folder")
    }
    let names = try Self.visibleNames(in: path)
    let splits = layout.splits
    let isPresent = splits.map { path.appending(layout.folderName($0)).isDirectory }
    guard isPresent.contains(true) || Self.miscapitalized(names, layout) != nil else {
      throw DataSetError(
        path, .whole,
        "recordings expected (\(layout.patterns)), none found"
          + Self.hint(near: path))
    }
    var found: [DataSetSplit: [String]] = [:]
    for split in splits {
      let folder = path.appending(layout.folderName(split))
      guard folder.isDirectory else {
        if let other = Self.miscapitalized(names, layout) {
          throw DataSetError(
            path, .whole,
            "the folders \(layout.folderName(.train)) and \(layout.folderName(.test)) expected, "
              + "\(other) found: rename it")
        }
        let error = DataSetError(
          folder, .whole, "the folder is missing: \(layout.pattern(split)) expected")
        missing.append(try Self.warning(error, allowsMissing))
        continue
      }
      var folders: [String] = []
      for name in try Self.visibleNames(in: folder) {
        if folder.appending(name).isDirectory {
          folders.append(name)
        } else if layout.isDivided || layout.isRecording(name, in: folder) {
          // Beside undivided classes lie caches, tables and archives.
          findings.note(.looseEntry, "\(layout.prefix(split))\(name)")
        }
      }
      found[split] = folders
    }
    // Folder names of a class may differ in their Unicode form between splits; use the first.
    let inOrder = splits.flatMap { found[$0] ?? [] }
    classNames =
      layout.classNames
      ?? Dictionary(inOrder.map { ($0, $0) }, uniquingKeysWith: { first, _ in first }).values
      .sorted(by: Self.byBytes)
    for split in splits { if let folders = found[split] { try list(folders, split) } }
    for name in names
    where layout.isDivided && !layout.folderNames.values.contains(name) && holdsRecordings(name) {
      findings.note(.otherPart, name)
    }
    guard !recordings.isEmpty else {
      throw DataSetError(
        path, .whole,
        "recordings expected (\(layout.patterns)), none found"
          + (unreadText.isEmpty ? Self.hint(near: path) : unreadText))
    }
  }

  /// Why the first file that has the name of a recording cannot be read as one.
  private var unreadText: String {
    for name in findings.names(of: .otherFile) {
      guard let fileName = FilePath(name).lastComponent?.string,
        layout.recordingName(fileName) != nil
      else { continue }
      do throws(DataSetError) {
        let contents = try RecordingContents.mapped(path.appending(name))
        _ = try contents.loadedHeader()
      } catch { return "; \(name): \(error.detail)" }
    }
    return ""
  }

  private mutating func list(
    _ folders: [String], _ split: DataSetSplit
  ) throws(DataSetError) {
    let part = layout.prefix(split)
    if let known = layout.classNames {
      for unknown in folders
      where !known.contains(unknown) && (layout.isDivided || holdsRecordings(unknown)) {
        findings.note(.otherClass, "\(part)\(unknown)")
      }
    }
    // Swift strings are equal in any Unicode form, but folder names differ.
    let present = Dictionary(folders.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
    for (label, name) in classNames.enumerated() {
      let countBefore = recordings.count
      if let folder = present[name] {
        try list("\(part)\(folder)", split, label: label, folder)
      } else if layout.classNames != nil {
        let error = DataSetError(
          path.appending(part + name), .whole, "the folder of a class is missing")
        missing.append(try Self.warning(error, allowsMissing))
        continue
      }
      if recordings.count == countBefore {
        if layout.isDivided {
          findings.note(split == .train ? .emptyTrainingClass : .emptyTestClass, name)
        }
      }
    }
  }

  private mutating func list(
    _ folder: String, _ split: DataSetSplit, label: Int, _ className: String
  ) throws(DataSetError) {
    let names = try Self.visibleNames(in: path.appending(folder))
    var found: [(fileName: String, name: String, format: any RecordingFormat)] = []
    for fileName in names {
      let file = path.appending(folder).appending(fileName)
      guard let name = layout.recordingName(fileName, ofClass: className), !file.isDirectory,
        let format = try layout.format(of: file)
      else {
        findings.note(file.isDirectory ? .subfolder : .otherFile, "\(folder)/\(fileName)")
        continue
      }
      found.append((fileName, name, format))
    }
    let binaryNames = Set(found.filter { !ClassFolderLayout.isText($0.fileName) }.map(\.name))
    var fileNames: [String: String] = [:]
    for (fileName, name, format) in found {
      // A text beside a recording of its name describes it, or has the same events.
      if ClassFolderLayout.isText(fileName) && binaryNames.contains(name) {
        findings.note(.otherFile, "\(folder)/\(fileName)")
        continue
      }
      let file = path.appending(folder).appending(fileName)
      if let other = fileNames.updateValue(fileName, forKey: name) {
        throw DataSetError(
          file, .whole, "\(other) beside it gives a sample of the same name: rename one of the two")
      }
      recordings.append(
        Recording(
          name: name, fileName: "\(folder)/\(fileName)", path: file, format: format,
          split: split, attributes: [],
          samples: [
            RecordingSample(
              label: label, name: name, window: nil, className: "class \(className)",
              labelsPath: file, location: .whole)
          ]))
    }
  }

  /// Whether an entry is a recording, or contains recordings at most two folders deep.
  private func holdsRecordings(_ name: String) -> Bool {
    func holds(_ path: FilePath, _ name: String, depth: Int) -> Bool {
      let entry = path.appending(name)
      guard entry.isDirectory else { return layout.isRecording(name, in: path) }
      guard depth > 0 else { return false }
      let names = (try? Self.visibleNames(in: entry)) ?? []
      return names.contains { holds(entry, $0, depth: depth - 1) }
    }
    return holds(path, name, depth: 2)
  }

  /// Converts the error to a warning when missing entries are allowed, or else throws it.
  private static func warning(
    _ error: DataSetError, _ isAllowed: Bool
  ) throws(DataSetError) -> DataSetWarning {
    guard isAllowed else {
      throw DataSetError(
        error.path, error.location, "\(error.detail) (--allow-missing continues without it)")
    }
    return DataSetWarning(error.path, error.location, error.detail)
  }

  /// A folder whose name differs only in case from a missing split's.
  private static func miscapitalized(_ names: [String], _ layout: ClassFolderLayout) -> String? {
    let expected = layout.folderNames.values.filter { !names.contains($0) }.map { $0.lowercased() }
    return names.first { name in
      !layout.folderNames.values.contains(name) && expected.contains(name.lowercased())
    }
  }

  private static func hint(near path: FilePath) -> String {
    guard let folder = DataSetFolder(near: path), folder.kind.hasClassFolders else { return "" }
    return "; did you mean \(folder.path)?"
  }

  private static func visibleNames(in folder: FilePath) throws(DataSetError) -> [String] {
    let names: [String]
    do throws(FileError) {
      names = try namesInDirectory(folder).filter { !$0.hasPrefix(".") }
    } catch {
      throw DataSetError(error)
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw DataSetError(
        folder.appending(name), .whole,
        "another entry has this name in another Unicode form: rename one of the two")
    }
    return names
  }

  private static func byBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
