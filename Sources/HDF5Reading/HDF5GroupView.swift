/// A group of a file; its objects are read on demand.
package struct HDF5GroupView: ~Escapable {
  let view: HDF5View
  let header: ObjectHeader

  /// The group's path in the file; `/` for the root.
  package let path: String

  private let linkStorage: DenseStorage?
  let attributeStorage: DenseStorage?

  @_lifetime(copy view)
  init(_ view: HDF5View, at address: UInt64, path: String) throws(HDF5ReadingError) {
    header = try ObjectHeader(view, at: address, object: path)
    if try header.message(.symbolTable) != nil {
      throw HDF5ReadingError(
        .outsideSubset, path, "a group with a symbol table (version-1 B-tree) is not supported")
    }
    guard let links = try header.message(.linkInfo) else {
      throw HDF5ReadingError(.unexpected, path, "a group expected, another object found")
    }
    linkStorage = try DenseStorage(view, links, .links, of: path)
    if let attributes = try header.message(.attributeInfo) {
      attributeStorage = try DenseStorage(view, attributes, .attributes, of: path)
    } else {
      attributeStorage = nil
    }
    self.path = path
    self.view = view
  }

  /// Opens a group in this one.
  ///
  /// - Throws: ``HDF5ReadingError`` when it is missing.
  @_lifetime(copy self)
  package func group(_ name: String) throws(HDF5ReadingError) -> HDF5GroupView {
    try HDF5GroupView(view, at: try address(of: name, "group"), path: path(of: name))
  }

  /// Opens a dataset in this group.
  ///
  /// - Throws: ``HDF5ReadingError`` when it is missing.
  @_lifetime(copy self)
  package func dataset(_ name: String) throws(HDF5ReadingError) -> HDF5DatasetView {
    try HDF5DatasetView(view, at: try address(of: name, "dataset"), path: path(of: name))
  }

  /// Whether the group has an object of this name, or a link to one.
  ///
  /// - Throws: ``HDF5ReadingError`` when the group's list of objects is damaged.
  package func contains(_ name: String) throws(HDF5ReadingError) -> Bool {
    try link(name) != nil
  }

  private func path(of name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }

  private func address(of name: String, _ what: String) throws(HDF5ReadingError) -> UInt64 {
    switch try link(name) {
    case .hard(let address): return address
    case .elsewhere(let kind):
      // Never followed: a link could lead to any other file, or to a pipe.
      throw HDF5ReadingError(
        .unexpected, path(of: name),
        "an object in the file expected, \(kind) found")
    case nil:
      throw HDF5ReadingError(.missing, path(of: name), "the \(what) is missing")
    }
  }

  private func link(_ name: String) throws(HDF5ReadingError) -> Link? {
    let bytes = Array(name.utf8)
    if let linkStorage {
      for candidate in try linkStorage.candidates(bytes, in: view) {
        if let link = try Link(view, candidate, named: bytes, in: path) { return link }
      }
      return nil
    }
    for message in header.messages where message.kind == .link {
      guard !message.isShared else {
        throw HDF5ReadingError(.outsideSubset, path, "a shared link is not supported")
      }
      if let link = try Link(view, message.body, named: bytes, in: path) { return link }
    }
    return nil
  }
}
