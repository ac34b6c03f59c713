import FileAccess
import HDF5
import Support
import SystemPackage

/// A valid graph with random changes: of its bytes, or of the arrays, groups and links that a valid
/// file of HDF5 may have.
struct GraphMutant {
  /// What kinds of changes were made.
  let changes: [String]
  /// Whether the file is one that libhdf5 has written.
  let isValidHDF5: Bool

  /// Writes the mutant with a number, which is always the same for a seed.
  init(
    number: Int, seed: UInt64, of graphs: [ValidGraph], writingTo path: FilePath
  ) throws {
    var generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0xD129_0B2A_5C4F_91E3)
    let graph = graphs[Int.random(in: 0..<graphs.count, using: &generator)]
    isValidHDF5 = number.isMultiple(of: 2)
    guard isValidHDF5 else {
      let isRecomputing = Bool.random(using: &generator)
      changes = [isRecomputing ? "bytes, with valid checksums" : "bytes"]
      try writeFile(
        HDF5Mutation(of: graph.file, recomputingChecksums: isRecomputing, using: &generator).bytes,
        to: path)
      return
    }
    while true {
      var content = graph.content
      let kinds = (0..<Int.random(in: 1...2, using: &generator)).map { _ in
        let kind = ContentChange.allCases.randomElement(using: &generator) ?? .remove
        kind.apply(to: &content, using: &generator)
        return kind.rawValue
      }
      do throws(HDF5Error) {
        try content.write(to: path)
        // One of twenty also has a link that is none of a graph.
        let isLinked = Int.random(in: 0..<20, using: &generator) == 0
        if isLinked { try HostileLink.add(to: path, in: content, using: &generator) }
        changes = kinds + (isLinked ? ["link"] : [])
        return
      } catch {
        // HDF5 itself cannot hold some changes, such as two objects of one name: another one.
        continue
      }
    }
  }
}
