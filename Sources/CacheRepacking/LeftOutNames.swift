internal import FileAccess
internal import FrameCache
internal import HDF5
internal import HDF5Reading
internal import SystemPackage

/// The names that a copy leaves out: attributes, datasets and groups that other programs added to a
/// cache.
struct LeftOutNames {
  private var names: [String] = []
  private var count = 0

  /// Maximum number of names listed.
  private static let namedCount = 20
  /// The attribute of the copy that contains the text; it is not part of the cache format.
  private static let attribute = "left_out"

  /// Compares two groups by their names.
  init(of old: borrowing HDF5Group, besides new: borrowing HDF5Group) throws(HDF5Error) {
    try add(old, new)
  }

  private mutating func add(
    _ old: borrowing HDF5Group, _ new: borrowing HDF5Group
  ) throws(HDF5Error) {
    let known = Set(try new.attributeNames())
    for name in try old.attributeNames() where !known.contains(name) {
      note(old.path == "/" ? "attribute \(name)" : "attribute \(name) of \(old.path)")
    }
    let copied = Set(try new.names())
    for name in try old.names() {
      let path = old.path == "/" ? "/\(name)" : "\(old.path)/\(name)"
      guard copied.contains(name) else {
        note(path)
        continue
      }
      if try new.isGroup(name) {
        try add(try old.group(name), try new.group(name))
      } else {
        for attribute in try old.attributeNames(of: name) {
          note("attribute \(attribute) of \(path)")
        }
      }
    }
  }

  private mutating func note(_ name: String) {
    count += 1
    if names.count < Self.namedCount { names.append(String(name.prefix(200))) }
  }

  /// Stores the names in the copy, for the process that requested it.
  func write(to copy: borrowing HDF5Group) throws(HDF5Error) {
    guard count > 0 else { return }
    let more = count > names.count ? " and \(count - names.count) more" : ""
    try copy.setAttribute(Self.attribute, names.joined(separator: ", ") + more)
  }

  /// The left-out names stored in a copy, as one text; `nil` if nothing was left out.
  static func text(in copy: FilePath) throws(FrameCacheError) -> String? {
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(copy) } catch { throw FrameCacheError(error) }
    return try file.withBytes { bytes throws(FrameCacheError) in
      // A copy that cannot be read is refused when it is opened as a cache.
      try? HDF5View(bytes).root.attribute(attribute)
    }
  }
}
