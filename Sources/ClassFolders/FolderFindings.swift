internal import EventData
internal import SystemPackage

/// Collects ignored entries and empty classes of a data set's folders, for one warning per kind.
struct FolderFindings {
  /// Kinds of ignored entries and empty classes.
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

  /// Adds an entry by its path relative to the data set's folder.
  mutating func note(_ kind: Kind, _ name: String) { names[kind, default: []].append(name) }

  /// The entries of a kind.
  func names(of kind: Kind) -> [String] { names[kind] ?? [] }

  /// Maximum number of names in a warning.
  private static let nameLimit = 5

  /// One warning for each kind with entries.
  var warnings: [DataSetWarning] {
    Kind.allCases.compactMap { kind in
      guard let names = names[kind] else { return nil }
      let more = names.count > Self.nameLimit ? " and \(names.count - Self.nameLimit) more" : ""
      return DataSetWarning(
        path, .whole,
        "\(text(of: kind, count: names.count)): "
          + names.prefix(Self.nameLimit).joined(separator: ", ") + more)
    }
  }

  private func text(of kind: Kind, count: Int) -> String {
    func counted(_ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
    let parts = "\(layout.folderName(.train)) nor \(layout.folderName(.test))"
    return switch kind {
    case .otherPart:
      counted("entry", "entries") + " with recordings in neither \(parts), left out"
    case .otherClass:
      counted("folder is not a class", "folders are not classes") + " of the data set, left out"
    case .looseEntry:
      counted("file", "files") + " outside the class folders, left out"
    case .subfolder:
      counted("folder", "folders") + " in class folders, left out"
    case .otherFile:
      counted("file", "files") + " other than \(layout.fileDescription) in class folders, left out"
    case .emptyTrainingClass: counted("class", "classes") + " without training samples"
    case .emptyTestClass: counted("class", "classes") + " without test samples"
    }
  }
}
