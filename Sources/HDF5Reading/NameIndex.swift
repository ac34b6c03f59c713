internal import FileAccess

/// An index of many links or attributes: a version-2 B-tree of the hashes of their names.
///
/// Source: HDF5 File Format Specification, III.A.2 "Version 2 B-trees".
struct NameIndex {
  /// The kind of the tree's records.
  enum Kind: Int {
    case links = 5
    case attributes = 8

    /// The size of a record in bytes.
    var recordByteCount: Int { self == .links ? 11 : 17 }
    /// The offset of the hash in a record.
    var hashOffset: Int { self == .links ? 0 : 13 }
    /// The range of the heap ID in a record.
    var heapID: Range<Int> { self == .links ? 4..<11 : 0..<8 }
    /// The offset in a record of the message flags, whose bit 1 marks a shared message.
    var flagsOffset: Int? { self == .links ? nil : 8 }
  }

  /// A record with the hash of the name.
  struct Match {
    /// The byte range in the file of the heap ID of the link or attribute.
    let heapID: Range<Int>
    /// Whether the attribute is a shared message.
    let isShared: Bool
  }

  private struct Node {
    let address: UInt64
    let recordCount: Int
    /// 0 for a leaf.
    let level: Int
  }

  private let kind: Kind
  private let object: String
  private let nodeByteCount: Int
  private let root: Node?
  /// The maximum number of records of a node, for each level.
  private var maximumCounts: [Int]
  /// The size in bytes of a node's pointer to a child, for each level; 0 for a leaf.
  private var pointerByteCounts = [0]
  /// The size in bytes of a child's number of records.
  private let countByteCount: Int

  private static let headerByteCount = 38
  private static let nodeOverhead = 10
  /// Limits far above those of any cache, which bound the work for a hostile file.
  private static let maximumDepth = 8
  private static let maximumNodeCount = 1024
  private static let maximumMatchCount = 64

  init(
    _ view: HDF5View, at address: UInt64, _ kind: Kind, of object: String
  ) throws(HDF5ReadingError) {
    self.kind = kind
    self.object = object
    var reader = try view.block(.tree, at: address, byteCount: Self.headerByteCount, of: object)
    guard try reader.byte() == 0 else { throw reader.location.outsideSubset("a later B-tree") }
    let type = try reader.byte()
    guard type == kind.rawValue else {
      throw reader.location.damaged("a tree of type \(kind.rawValue) expected, \(type) found")
    }
    nodeByteCount = Int(try reader.integer(UInt32.self))
    let recordByteCount = try reader.short()
    let depth = try reader.short()
    guard recordByteCount == kind.recordByteCount,
      nodeByteCount >= Self.nodeOverhead + recordByteCount, depth <= Self.maximumDepth
    else { throw reader.location.damaged("its sizes are impossible") }
    try reader.skip(2)
    let rootAddress = try reader.integer(UInt64.self)
    let rootCount = try reader.short()
    root =
      rootAddress == HDF5View.undefinedAddress
      ? nil : Node(address: rootAddress, recordCount: rootCount, level: depth)
    let leafCount = (nodeByteCount - Self.nodeOverhead) / recordByteCount
    maximumCounts = [leafCount]
    countByteCount = encodedByteCount(UInt64(leafCount))
    var totalCount = UInt64(leafCount)
    for level in 0..<depth {
      let pointer = 8 + countByteCount + (level == 0 ? 0 : encodedByteCount(totalCount))
      let room = nodeByteCount - Self.nodeOverhead - pointer
      guard room >= recordByteCount + pointer else {
        throw reader.location.damaged("its sizes are impossible")
      }
      let count = room / (recordByteCount + pointer)
      let product = totalCount.multipliedReportingOverflow(by: UInt64(count + 1))
      guard !product.overflow, product.partialValue <= UInt64.max / 2 else {
        throw reader.location.damaged("its sizes are impossible")
      }
      totalCount = product.partialValue + UInt64(count)
      maximumCounts.append(count)
      pointerByteCounts.append(pointer)
    }
  }

  /// The records with the hash of a name; the heap contains the names themselves, for comparison.
  func matches(_ name: [UInt8], in view: HDF5View) throws(HDF5ReadingError) -> [Match] {
    let hash = lookup3(name)
    guard let root else { return [] }
    var result: [Match] = []
    var waiting = [root]
    var visitedCount = 0
    while let node = waiting.popLast() {
      visitedCount += 1
      guard visitedCount <= Self.maximumNodeCount else {
        throw HDF5ReadingError(.damaged, object, "the index of names has too many nodes")
      }
      try visit(node, hash, in: view, &result, &waiting)
    }
    return result
  }

  /// Appends a node's matches to `result`, and the children that may have more to `waiting`.
  private func visit(
    _ node: Node, _ hash: UInt32, in view: HDF5View, _ result: inout [Match],
    _ waiting: inout [Node]
  ) throws(HDF5ReadingError) {
    // The file contains the whole node, including its unused space.
    _ = try view.piece(at: node.address, byteCount: nodeByteCount, "index of names", of: object)
    let pointerByteCount = pointerByteCounts[node.level]
    let childCount = node.level == 0 ? 0 : node.recordCount + 1
    var reader = try view.block(
      node.level == 0 ? .leaf : .internalNode, at: node.address,
      byteCount: Self.nodeOverhead + node.recordCount * kind.recordByteCount
        + childCount * pointerByteCount, of: object)
    guard node.recordCount <= maximumCounts[node.level] else {
      throw reader.location.damaged("\(node.recordCount) records are too many")
    }
    guard try reader.byte() == 0, try reader.byte() == kind.rawValue else {
      throw reader.location.damaged("it belongs to another tree")
    }
    var hashes: [UInt32] = []
    for _ in 0..<node.recordCount {
      let record = try reader.skip(kind.recordByteCount)
      hashes.append(reader.bytes.littleEndian(UInt32.self, at: record + kind.hashOffset))
      guard hashes.last == hash else { continue }
      guard result.count < Self.maximumMatchCount else {
        throw reader.location.damaged("more than \(Self.maximumMatchCount) names have one hash")
      }
      let start = reader.location.byteOffset + record
      let flags = kind.flagsOffset.map { reader.bytes.littleEndian(UInt8.self, at: record + $0) }
      result.append(
        Match(
          heapID: (start + kind.heapID.lowerBound)..<(start + kind.heapID.upperBound),
          isShared: (flags ?? 0) & 2 != 0))
    }
    for child in 0..<childCount {
      let start = reader.position
      let address = try reader.integer(UInt64.self)
      let recordCount = try reader.count(byteCount: countByteCount)
      try reader.skip(pointerByteCount - (reader.position - start))
      guard child == 0 || hashes[child - 1] <= hash,
        child == hashes.count || hash <= hashes[child]
      else { continue }
      waiting.append(Node(address: address, recordCount: recordCount, level: node.level - 1))
    }
  }
}
