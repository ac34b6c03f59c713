internal import EventData
internal import FileAccess
internal import SystemPackage

/// The recordings that stand in folders of classes, by name only.
///
/// Parts come in the order training, test; classes in that of their labels; recordings in that of
/// the bytes of their names.
struct ClassFolderListing {
  private(set) var recordings: [Recording] = []
  private(set) var warnings: [DataSetWarning] = []
  /// The classes, by label.
  let classNames: [String]

  private let path: FilePath
  private let layout: ClassFolderLayout
  private let allowsMissing: Bool

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
    guard path.isDirectory else {
      throw DataSetError(
        path, .whole,
        path.exists ? "a folder expected, something else found" : "there is no such folder")
    }
    var found: [DataSetSplit: [String]] = [:]
    var oddities: [DataSetWarning] = []
    for split in DataSetSplit.allCases {
      guard let name = layout.folderNames[split] else { continue }
      let folder = path.appending(name)
      guard folder.isDirectory else {
        try Self.note(
          DataSetError(
            folder, .whole, "the folder is missing: \(layout.pattern(split)) expected"),
          allowsMissing, &oddities)
        continue
      }
      found[split] = try Self.visibleNames(in: folder).filter { folder.appending($0).isDirectory }
    }
    // The first name that a class has stands for all that differ in their Unicode form only.
    let inOrder = DataSetSplit.allCases.flatMap { found[$0] ?? [] }
    classNames =
      layout.classNames
      ?? Dictionary(inOrder.map { ($0, $0) }, uniquingKeysWith: { first, _ in first }).values
      .sorted(by: Self.byBytes)
    warnings = oddities
    for split in DataSetSplit.allCases {
      guard let name = layout.folderNames[split], let folders = found[split] else { continue }
      try list(folders, in: path.appending(name), split)
    }
    guard !recordings.isEmpty else {
      throw DataSetError(
        path, .whole,
        "recordings expected (\(layout.pattern(.train)), \(layout.pattern(.test))), none found")
    }
  }

  private mutating func list(
    _ folders: [String], in folder: FilePath, _ split: DataSetSplit
  ) throws(DataSetError) {
    if let known = layout.classNames {
      for unknown in folders where !known.contains(unknown) {
        warnings.append(
          DataSetWarning(folder.appending(unknown), .whole, "no class of the data set: left out"))
      }
    }
    // Texts are equal whatever their Unicode form, folders are not.
    let present = Dictionary(folders.map { ($0, $0) }, uniquingKeysWith: { first, _ in first })
    for (label, name) in classNames.enumerated() {
      let folderName = present[name] ?? name
      let classFolder = folder.appending(folderName)
      guard present[name] != nil else {
        if layout.classNames == nil {
          warnings.append(
            DataSetWarning(classFolder, .whole, "the class has no \(split.rawValue) samples"))
        } else {
          try Self.note(
            DataSetError(classFolder, .whole, "the folder of a class is missing"), allowsMissing,
            &warnings)
        }
        continue
      }
      try list(classFolder, split, label: label, folderName)
    }
  }

  private mutating func list(
    _ folder: FilePath, _ split: DataSetSplit, label: Int, _ className: String
  ) throws(DataSetError) {
    var otherCount = 0
    for fileName in try Self.visibleNames(in: folder) {
      guard fileName.hasSuffix(layout.suffix), fileName.count > layout.suffix.count else {
        otherCount += 1
        continue
      }
      let name = String(fileName.dropLast(layout.suffix.count))
      let file = folder.appending(fileName)
      recordings.append(
        Recording(
          name: name, fileName: "\(layout.folderNames[split] ?? "")/\(className)/\(fileName)",
          path: file, format: layout.format, split: split, attributes: [],
          samples: [
            RecordingSample(
              label: label, name: name, window: nil, className: "class \(className)",
              labelsPath: file, place: .whole)
          ]))
    }
    if otherCount > 0 {
      warnings.append(
        DataSetWarning(
          folder, .whole,
          "\(otherCount) \(otherCount == 1 ? "entry is no" : "entries are no") "
            + "*\(layout.suffix): left out"))
    }
  }

  private static func note(
    _ error: DataSetError, _ isAllowed: Bool, _ warnings: inout [DataSetWarning]
  ) throws(DataSetError) {
    guard isAllowed else {
      throw DataSetError(
        error.path, error.place, "\(error.detail) (--allow-missing goes on without it)")
    }
    warnings.append(DataSetWarning(error.path, error.place, error.detail))
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
