import HDF5
import SystemPackage

/// The content of an HDF5 file with a graph, as a tree of groups and arrays that can be changed.
struct GraphContent: Sendable {
  /// An object with its name.
  struct Item: Sendable {
    var name: String
    var value: Value
  }

  /// An object; arrays have their extents.
  enum Value: Sendable {
    case group([Item])
    case texts([String], [Int])
    case integers([Int64], [Int])
    case numbers([Float], [Int])
    /// Numbers of eight bytes that are all equal, and take no space in the file.
    case uniform(Double, [Int])
  }

  /// The objects in the root.
  var items: [Item]

  /// Reads a valid file.
  init(reading path: FilePath) throws(HDF5Error) {
    items = try Self.items(try HDF5File(opening: path.string).root)
  }

  private static func items(_ group: borrowing HDF5Group) throws(HDF5Error) -> [Item] {
    var items: [Item] = []
    for name in try group.names() {
      guard try !group.isGroup(name) else {
        items.append(Item(name: name, value: .group(try Self.items(try group.group(name)))))
        continue
      }
      let dataset = try group.dataset(name)
      items.append(Item(name: name, value: try Self.value(dataset)))
    }
    return items
  }

  private static func value(_ dataset: borrowing HDF5Dataset) throws(HDF5Error) -> Value {
    let extents = dataset.extents
    if let texts = try? dataset.readTexts(maximumByteCount: 1 << 20) {
      return .texts(texts, extents)
    }
    if let integers = try? dataset.readIntegers(as: Int64.self, maximumCount: 1 << 20) {
      return .integers(integers, extents)
    }
    let numbers = try dataset.readDoubles(maximumCount: 1 << 20)
    let isConstant = ["tau", "r", "v_leak", "v_threshold", "v_reset"].contains {
      dataset.path.hasSuffix("/\($0)")
    }
    return isConstant ? .uniform(numbers[0], extents) : .numbers(numbers.map { Float($0) }, extents)
  }

  /// Writes a file.
  ///
  /// - Throws: `HDF5Error` for what HDF5 itself cannot hold.
  func write(to path: FilePath) throws(HDF5Error) {
    let file = try HDF5File(creating: path.string, textEncoding: .utf8)
    try Self.write(items, to: file.root)
    try file.flush()
  }

  private static func write(
    _ items: [Item], to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    for item in items {
      switch item.value {
      case .group(let items): try write(items, to: try group.createGroup(item.name))
      case .texts(let texts, let extents): try group.writeArray(item.name, texts, extents: extents)
      case .integers(let values, let extents):
        try group.writeArray(item.name, values, extents: extents)
      case .numbers(let values, let extents):
        try group.writeArray(item.name, values, extents: extents)
      case .uniform(let value, let extents):
        try group.createUniformArray(item.name, value, extents: extents)
      }
    }
  }

  /// The paths of all objects, as indices in each group.
  var paths: [[Int]] { Self.paths(items) }

  private static func paths(_ items: [Item]) -> [[Int]] {
    items.enumerated().flatMap { index, item -> [[Int]] in
      guard case .group(let items) = item.value else { return [[index]] }
      return [[index]] + paths(items).map { [index] + $0 }
    }
  }

  /// The names on the way to an object, as in `node/nodes/lif1/tau`.
  func name(of path: [Int]) -> String {
    var (items, names) = (items, [String]())
    for index in path {
      names.append(items[index].name)
      if case .group(let next) = items[index].value { items = next } else { items = [] }
    }
    return names.joined(separator: "/")
  }

  /// The object at a path.
  subscript(_ path: [Int]) -> Item {
    get { Self.item(items, path[...]) }
    set { change(path) { items, index in items[index] = newValue } }
  }

  /// Changes the group that an object is in; `body` gets that group's objects and the object's
  /// index.
  mutating func change(_ path: [Int], _ body: (inout [Item], Int) -> Void) {
    Self.change(&items, path[...], body)
  }

  private static func item(_ items: [Item], _ path: ArraySlice<Int>) -> Item {
    let item = items[path[path.startIndex]]
    guard path.count > 1, case .group(let next) = item.value else { return item }
    return self.item(next, path.dropFirst())
  }

  private static func change(
    _ items: inout [Item], _ path: ArraySlice<Int>, _ body: (inout [Item], Int) -> Void
  ) {
    let index = path[path.startIndex]
    guard path.count > 1, case .group(var next) = items[index].value else {
      body(&items, index)
      return
    }
    change(&next, path.dropFirst(), body)
    items[index].value = .group(next)
  }
}
