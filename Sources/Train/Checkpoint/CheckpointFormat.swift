internal import FileAccess
internal import Safetensors
internal import SpikingNetwork
internal import SystemPackage

/// How a checkpoint is laid out as a safetensors file.
///
/// Tensors: parameters and statistics under their names, each batch norm's `num_batches_tracked`, then
/// `optimizer/<slot>/<parameter>`. Metadata: records in JSON, and a hash over everything.
enum CheckpointFormat {
  /// Keys of the file's metadata.
  enum Key {
    static let version = "dvstrain.version"
    static let settings = "dvstrain.settings"
    static let cache = "dvstrain.cache"
    static let position = "dvstrain.position"
    static let contentHash = "dvstrain.content_hash"

    static let all = [version, settings, cache, position, contentHash]
  }

  static let version = "1"
  static let optimizerPrefix = "optimizer/"

  /// A tensor of a checkpoint.
  struct Tensor {
    let name: String
    let shape: [Int]
  }

  /// The counters of updates, one for each batch norm: I64, scalar.
  static func updateCounterNames(_ network: NetworkDescription) -> [String] {
    network.convolutions.map { "conv.\(4 * $0.index + 1).num_batches_tracked" }
  }

  /// The tensors of an optimizer's slot, in the order of the parameters.
  static func slotTensors(_ slot: String, _ network: NetworkDescription) -> [Tensor] {
    network.parameters.map {
      Tensor(name: "\(optimizerPrefix)\(slot)/\($0.name)", shape: $0.shape)
    }
  }

  /// The hash of all that a file says, but for the hash itself.
  static func contentHash(
    tensors: [(name: String, bytes: [UInt8])], metadata: [String: String]
  ) -> String {
    var hash = ContentHash()
    func add(_ bytes: [UInt8]) {
      // The length first, so that bytes cannot move from one tensor to the next.
      let length = Array("\(bytes.count) ".utf8)
      // Safe: any byte is valid; the spans do not outlive the calls.
      unsafe hash.update(length.span.bytes)
      unsafe hash.update(bytes.span.bytes)
    }
    for (name, text) in metadata.sorted(by: { $0.key < $1.key }) where name != Key.contentHash {
      add(Array(name.utf8))
      add(Array(text.utf8))
    }
    for tensor in tensors {
      add(Array(tensor.name.utf8))
      add(tensor.bytes)
    }
    return String(hash.value, radix: 16)
  }
}
