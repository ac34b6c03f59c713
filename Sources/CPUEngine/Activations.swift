/// What a layer takes in: images `[T·N, side, side, C]`, channels last.
enum Activations: Sendable {
  /// Numbers of events.
  case numbers(Buffer<Float>)
  /// Pooled spikes: a byte times a scale.
  case bytes(Buffer<UInt8>, scale: Float)
}

/// The shape of a stage's work on a batch.
struct StageShape: Sendable {
  /// T.
  let stepCount: Int
  /// N.
  let sampleCount: Int
  /// H = W.
  let sideLength: Int
  /// Channels in.
  let inputChannelCount: Int
  /// Channels out.
  let channelCount: Int

  /// T·N; image t·N + n is frame t of sample n.
  var imageCount: Int { stepCount * sampleCount }
  /// H·W.
  var planeCount: Int { sideLength * sideLength }
  /// Elements of the input.
  var inputCount: Int { imageCount * planeCount * inputChannelCount }
  /// Elements of the output before pooling.
  var outputCount: Int { imageCount * planeCount * channelCount }
}

/// Buffers that are kept from one batch to the next, so that their pages are.
final class BufferPool {
  private var floats: [String: Buffer<Float>] = [:]
  private var bytes: [String: Buffer<UInt8>] = [:]

  /// A buffer of at least so many numbers; its content is undefined.
  func floats(_ name: String, count: Int) -> Buffer<Float> {
    if let buffer = floats[name], buffer.count >= count { return buffer }
    // The old one goes before the new one comes.
    floats[name] = nil
    let buffer = Buffer<Float>(count: count)
    floats[name] = buffer
    return buffer
  }

  /// A buffer of at least so many bytes; its content is undefined.
  func bytes(_ name: String, count: Int) -> Buffer<UInt8> {
    if let buffer = bytes[name], buffer.count >= count { return buffer }
    bytes[name] = nil
    let buffer = Buffer<UInt8>(count: count)
    bytes[name] = buffer
    return buffer
  }
}
