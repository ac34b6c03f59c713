internal import Archives
internal import EventData
internal import SystemPackage

/// The files of a data set in an archive: those in the folder of the lists, as unpacking the
/// archive would give them.
///
/// Of several members of one path, the last counts. A link has the content of its target. Members
/// in other folders, such as a backup or `PaxHeaders`, are no part of the data set.
struct ArchiveListing {
  /// For each recording, the index of the member with its content.
  private(set) var recordings: [String: Int] = [:]
  /// The content of the lists and label files.
  private(set) var texts: [String: [UInt8]] = [:]
  /// For each link whose target is missing from the archive, the target.
  private(set) var brokenLinks: [String: FilePath] = [:]

  private let path: FilePath
  private var entries: [FilePath: Entry] = [:]
  /// The content of members, by their index.
  private var textMembers: [Int: [UInt8]] = [:]
  private var textByteCount = 0

  /// What a path of the archive leads to.
  private enum Entry {
    case content(Int)
    case link(FilePath)
  }

  /// Maximum size of a list or label file; a larger one is rejected.
  static let maximumTextByteCount = 16 << 20
  /// Maximum total size of the lists and label files; the real data set has 40 kB.
  private static let maximumTotalTextByteCount = 64 << 20
  /// Maximum length of a chain of links, as links may form a cycle.
  private static let maximumLinkCount = 16

  init(_ path: FilePath) { self.path = path }

  /// Adds a member, and reads it if its name tells that it is a list or a label file.
  mutating func add(
    _ member: ArchiveReader.Member, _ archive: inout ArchiveReader
  ) throws(DataSetError) {
    switch member.link {
    case nil:
      entries[member.path] = .content(member.index)
      if Self.isText(member.name) { try read(member, &archive) }
    case .hard(let target):
      entries[member.path] = entries[target] ?? .link(target)
    case .symbolic(let target):
      let folder = member.path.removingLastComponent()
      entries[member.path] = .link(folder.pushing(target).lexicallyNormalized())
    }
  }

  /// The content of a list or label file that has been added.
  func text(at member: FilePath) -> [UInt8]? {
    guard case .content(let index) = entries[member] else { return nil }
    return textMembers[index]
  }

  /// Finds the data set, after the last member.
  mutating func finish(
    isCancelled: @escaping () -> Bool
  ) throws(DataSetError) {
    let folder = try self.folder()
    var contents: [String: Int] = [:]
    for (member, entry) in entries where member.removingLastComponent() == folder {
      let name = member.lastComponent?.string ?? ""
      guard Self.isText(name) || Self.isRecording(name) else { continue }
      switch resolved(entry) {
      case .content(let index): contents[name] = index
      case .link(let target): brokenLinks[name] = target
      }
    }
    recordings = contents.filter { Self.isRecording($0.key) }
    let textContents = contents.filter { Self.isText($0.key) }
    // The target of a link may have any name.
    let unread = Set(textContents.values.filter { textMembers[$0] == nil })
    if !unread.isEmpty { try readTexts(of: unread, isCancelled) }
    texts = textContents.compactMapValues { textMembers[$0] }
    entries = [:]
    textMembers = [:]
  }

  static func isRecording(_ name: String) -> Bool {
    name.hasSuffix(RecordingName.recordingSuffix)
  }

  static func isText(_ name: String) -> Bool {
    name.hasSuffix(RecordingName.labelsSuffix) || isList(name)
  }

  private static func isList(_ name: String) -> Bool {
    DataSetSplit.allCases.contains { $0.listName == name }
  }

  /// Reads members whose names do not tell that they are texts.
  private mutating func readTexts(
    of indices: Set<Int>, _ isCancelled: @escaping () -> Bool
  ) throws(DataSetError) {
    var missing = indices
    var archive = try ArchiveReader(path, isCancelled: isCancelled)
    while !missing.isEmpty, let member = try archive.next() {
      if missing.remove(member.index) != nil { try read(member, &archive) }
    }
  }

  private mutating func read(
    _ member: ArchiveReader.Member, _ archive: inout ArchiveReader
  ) throws(DataSetError) {
    guard member.byteCount <= Self.maximumTextByteCount else {
      throw DataSetError(
        path.appending(member.name), .whole,
        "at most \(Self.maximumTextByteCount) bytes expected, \(member.byteCount) found")
    }
    let bytes = try archive.read(member)
    textByteCount += bytes.count
    guard textByteCount <= Self.maximumTotalTextByteCount else {
      throw DataSetError(
        path, .whole,
        "at most \(Self.maximumTotalTextByteCount) bytes of lists and label files expected, more found"
      )
    }
    textMembers[member.index] = bytes
  }

  /// The folder of the lists: the topmost, as a backup may have lists, too.
  private func folder() throws(DataSetError) -> FilePath {
    let lists = entries.keys.filter { Self.isList($0.lastComponent?.string ?? "") }
    let folders = Set(lists.map { $0.removingLastComponent() })
    let depth = folders.map(\.components.count).min() ?? 0
    let topmost = folders.filter { $0.components.count == depth }
      .sorted { $0.string < $1.string }
    guard topmost.count < 2 else {
      throw DataSetError(
        path, .whole,
        "the lists of one data set expected, in one folder; lists in \(topmost[0]) and in "
          + "\(topmost[1]) found: unpack the archive and use one folder")
    }
    return topmost.first ?? ""
  }

  private func resolved(_ entry: Entry) -> Entry {
    var entry = entry
    for _ in 0..<Self.maximumLinkCount {
      guard case .link(let target) = entry, let next = entries[target] else { break }
      entry = next
    }
    return entry
  }
}
