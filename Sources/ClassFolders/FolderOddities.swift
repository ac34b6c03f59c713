internal import EventData
internal import SystemPackage

/// What folders of recordings hold that is left out, a warning a kind.
struct FolderOddities {
  /// A kind of thing that is left out, or that is missing.
  enum Kind: CaseIterable {
    case otherPart, otherClass, looseEntry, subfolder, otherFile
    case emptyTrainingClass, emptyTestClass
  }

  private let path: FilePath
  private let layout: ClassFolderLayout
  private var names: [Kind: [String]] = [:]

  init(_ path: FilePath, _ layout: ClassFolderLayout) {
    self.path = path
    self.layout = layout
  }

  /// Notes one by its name in the data set's folder.
  mutating func note(_ kind: Kind, _ name: String) { names[kind, default: []].append(name) }

  /// So many are named.
  private static let namedCount = 5

  /// The warnings.
  var warnings: [DataSetWarning] {
    Kind.allCases.compactMap { kind in
      guard let names = names[kind] else { return nil }
      let more = names.count > Self.namedCount ? " and \(names.count - Self.namedCount) more" : ""
      return DataSetWarning(
        path, .whole,
        "\(text(of: kind, count: names.count)): "
          + names.prefix(Self.namedCount).joined(separator: ", ") + more)
    }
  }

  private func text(of kind: Kind, count: Int) -> String {
    func counted(_ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
    let parts = "\(layout.folderName(.train)) nor \(layout.folderName(.test))"
    return switch kind {
    case .otherPart:
      counted("entry", "entries") + " with recordings in neither \(parts), left out"
    case .otherClass:
      counted("folder is", "folders are") + " no class of the data set, left out"
    case .looseEntry:
      counted("file", "files") + " in no folder of a class, left out"
    case .subfolder:
      counted("folder", "folders") + " in folders of classes, left out"
    case .otherFile:
      counted("file", "files") + " in folders of classes that are no *\(layout.suffix), left out"
    case .emptyTrainingClass: counted("class", "classes") + " without training samples"
    case .emptyTestClass: counted("class", "classes") + " without test samples"
    }
  }
}
