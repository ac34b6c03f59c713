internal import FileAccess
internal import Safetensors
internal import SpikingNetwork
internal import SystemPackage

/// The layout of a checkpoint as a safetensors file: the tensors of the network's state, and
/// metadata.
///
/// The metadata are records in JSON and a hash of everything else in the file.
enum CheckpointFormat {
  /// Keys of the file's metadata.
  enum Key {
    static let version = "dvstrain.version"
    static let settings = "dvstrain.settings"
    static let cache = "dvstrain.cache"
    static let position = "dvstrain.position"
    /// Missing in files of 0.1.0.
    static let numerics = "dvstrain.numerics"
    static let contentHash = "dvstrain.content_hash"

    static let required = [version, settings, cache, position, contentHash]
  }

  static let version = "1"

  /// The hash of everything in a file except the hash itself, in hexadecimal.
  static func contentHash(_ state: StateDict, metadata: [String: String]) -> String {
    var hash = ContentHash()
    func add(_ bytes: [UInt8]) {
      // The length first, so that moving bytes from one tensor to the next changes the hash.
      let length = Array("\(bytes.count) ".utf8)
      // Safe: any byte is valid; the spans do not outlive the calls.
      unsafe hash.update(length.span.bytes)
      unsafe hash.update(bytes.span.bytes)
    }
    for (name, text) in metadata.sorted(by: { $0.key < $1.key }) where name != Key.contentHash {
      add(Array(name.utf8))
      add(Array(text.utf8))
    }
    for tensor in state.tensors {
      add(Array(tensor.name.utf8))
      add(tensor.elements.littleEndianBytes)
    }
    return String(hash.value, radix: 16)
  }

  /// Checks that the content of a file matches its hash.
  static func checkContentHash(
    _ state: StateDict, metadata: [String: String], of path: FilePath
  ) throws(SafetensorsError) {
    let stored = metadata[Key.contentHash] ?? ""
    let computed = contentHash(state, metadata: metadata)
    guard stored == computed else {
      throw SafetensorsError(
        path, "the file is corrupt: its content hash is \(computed), \(stored) expected")
    }
  }
}
