internal import SystemPackage

/// The names of a table's recordings: their files' names without suffix, and with their folders
/// where two would be equal.
struct RecordingNames {
  private var names: [String: String] = [:]

  /// Names the files of a table.
  init(_ files: [String]) {
    let files = Set(files).sorted()
    let byStem = Dictionary(grouping: files) { Self.stem($0) }
    let (single, others) = (
      files.filter { byStem[Self.stem($0)]?.count == 1 },
      files.filter { byStem[Self.stem($0)]?.count != 1 }
    )
    var used = Set(single.map(Self.stem))
    for file in single { names[file] = Self.stem(file) }
    for file in others {
      // Such names may be equal, too, as of a/b_c.raw and a_b/c.raw, or a.raw and a.dat.
      let name = Self.longName(file)
      var (numbered, number) = (name, 1)
      while !used.insert(numbered).inserted {
        number += 1
        numbered = "\(name)-\(number)"
      }
      names[file] = numbered
    }
  }

  /// The name of a file's recording.
  func name(of file: String) -> String { names[file] ?? file }

  private static func stem(_ file: String) -> String { FilePath(file).stem ?? file }

  /// Folders and name, without suffix, as in `alice_take1`.
  private static func longName(_ file: String) -> String {
    var path = FilePath(file)
    path.extension = nil
    return path.components.filter { $0.kind == .regular }.map(\.string).joined(separator: "_")
  }
}
