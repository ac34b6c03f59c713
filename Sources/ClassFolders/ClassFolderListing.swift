internal import EventData
internal import FileAccess
internal import SystemPackage

/// The recordings that stand in folders of classes, by name only.
///
/// Parts come in the order training, test; classes in that of their labels; recordings in that of
/// the bytes of their names.
struct ClassFolderListing {
  private(set) var recordings: [Recording] = []
  /// What is missing, though that is allowed.
  private var missing: [DataSetWarning] = []
  private var oddities: FolderOddities
  /// The classes, by label.
  let classNames: [String]

  private let path: FilePath
  private let layout: ClassFolderLayout
  private let allowsMissing: Bool

  /// What is odd.
  var warnings: [DataSetWarning] { missing + oddities.warnings }

  /// Looks into the folders.
  ///
  /// - Throws: ``DataSetError`` for a part or a class that is missing, unless that is allowed, and
  ///   where there are no recordings at all.
  init(
    _ path: FilePath, _ layout: ClassFolderLayout, allowsMissing: Bool
  ) throws(DataSetError) {
    self.path = path
    self.layout = layout
    self.allowsMissing = allowsMissing
    oddities = FolderOddities(path, layout)
    guard path.isDirectory else {
      throw DataSetError(
        path, .whole,
        path.exists ? "a folder expected, something else found" : "there is no such folder")
    }
    let names = try Self.visibleNames(in: path)
    let splits = DataSetSplit.allCases
    let isPresent = splits.map { path.appending(layout.folderName($0)).isDirectory }
    guard isPresent.contains(true) || Self.respelled(names, layout) != nil else {
      throw DataSetError(
        path, .whole,
        "recordings expected (\(layout.pattern(.train)), \(layout.pattern(.test))), none found"
          + Self.hint(near: path))
    }
    var found: [DataSetSplit: [String]] = [:]
    for split in splits {
      let folder = path.appending(layout.folderName(split))
      guard folder.isDirectory else {
        if let other = Self.respelled(names, layout) {
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
        } else {
          oddities.note(.looseEntry, "\(layout.folderName(split))/\(name)")
        }
      }
      found[split] = folders
    }
    // The first name that a class has stands for all that differ in their Unicode form only.
    let inOrder = splits.flatMap { found[$0] ?? [] }
    classNames =
      layout.classNames
      ?? Dictionary(inOrder.map { ($0, $0) }, uniquingKeysWith: { first, _ in first }).values
      .sorted(by: Self.byBytes)
    for split in splits { if let folders = found[split] { try list(folders, split) } }
    for name in names where !layout.folderNames.values.contains(name) && holdsRecordings(name) {
      oddities.note(.otherPart, name)
    }
    guard !recordings.isEmpty else {
      throw DataSetError(
        path, .whole,
        "recordings expected (\(layout.pattern(.train)), \(layout.pattern(.test))), none found")
    }
  }

  private mutating func list(
    _ folders: [String], _ split: DataSetSplit
  ) throws(DataSetError) {
    let part = layout.folderName(split)
    if let known = layout.classNames {
      for unknown in folders where !known.contains(unknown) {
        oddities.note(.otherClass, "\(part)/\(unknown)")
      }
    }
    // Texts are equal whatever their Unicode form, folders are not.
    let present = Dictionary(folders.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
    for (label, name) in classNames.enumerated() {
      let countBefore = recordings.count
      if let folder = present[name] {
        try list("\(part)/\(folder)", split, label: label, folder)
      } else if layout.classNames != nil {
        let error = DataSetError(
          path.appending(part).appending(name), .whole, "the folder of a class is missing")
        missing.append(try Self.warning(error, allowsMissing))
        continue
      }
      if recordings.count == countBefore {
        oddities.note(split == .train ? .emptyTrainingClass : .emptyTestClass, name)
      }
    }
  }

  private mutating func list(
    _ folder: String, _ split: DataSetSplit, label: Int, _ className: String
  ) throws(DataSetError) {
    let names = try Self.visibleNames(in: path.appending(folder))
    var fileNames: [String: String] = [:]
    for fileName in names {
      let file = path.appending(folder).appending(fileName)
      guard let name = layout.recordingName(fileName) else {
        oddities.note(file.isDirectory ? .subfolder : .otherFile, "\(folder)/\(fileName)")
        continue
      }
      if let other = fileNames.updateValue(fileName, forKey: name) {
        throw DataSetError(
          file, .whole, "\(other) beside it gives a sample of the same name: rename one of the two")
      }
      recordings.append(
        Recording(
          name: name, fileName: "\(folder)/\(fileName)", path: file, format: layout.format,
          split: split, attributes: [],
          samples: [
            RecordingSample(
              label: label, name: name, window: nil, className: "class \(className)",
              labelsPath: file, place: .whole)
          ]))
    }
  }

  /// Whether something beside the parts is a recording, or a folder with some, or one of such.
  private func holdsRecordings(_ name: String) -> Bool {
    func holds(_ path: FilePath, _ name: String, depth: Int) -> Bool {
      let entry = path.appending(name)
      guard entry.isDirectory else { return layout.recordingName(name) != nil }
      guard depth > 0 else { return false }
      let names = (try? Self.visibleNames(in: entry)) ?? []
      return names.contains { holds(entry, $0, depth: depth - 1) }
    }
    return holds(path, name, depth: 2)
  }

  /// What is missing as a warning, where that is allowed.
  private static func warning(
    _ error: DataSetError, _ isAllowed: Bool
  ) throws(DataSetError) -> DataSetWarning {
    guard isAllowed else {
      throw DataSetError(
        error.path, error.place, "\(error.detail) (--allow-missing goes on without it)")
    }
    return DataSetWarning(error.path, error.place, error.detail)
  }

  /// A folder that is named like a missing one but for the case of its letters.
  private static func respelled(_ names: [String], _ layout: ClassFolderLayout) -> String? {
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
