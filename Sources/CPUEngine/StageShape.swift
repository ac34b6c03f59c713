/// The shape of a convolution's work on a batch, and how its tensors stand in memory.
///
/// Channels are padded with zeros to a multiple of 16. Spikes are bits `[N, T, side, side, planes, words]` of 64
/// channels a word. Numbers at places are `[N, side, side, T, C]`: all steps of a place lie together, since neurons go
/// through them.
struct StageShape: Sendable {
  /// T.
  let stepCount: Int
  /// N.
  let sampleCount: Int
  /// H = W before pooling.
  let sideLength: Int
  /// Channels in, without padding.
  let inputChannelCount: Int
  /// Channels out, without padding.
  let channelCount: Int
  /// Bits of an input: 1, or one for each of four sites whose mean it is.
  let planeCount: Int

  /// Channels out, padded.
  var paddedCount: Int { (channelCount + 15) / 16 * 16 }
  /// Channels in, padded.
  var paddedInputCount: Int { (inputChannelCount + 15) / 16 * 16 }
  /// Words of a place's bits of the input.
  var inputWordCount: Int { (inputChannelCount + 63) / 64 }
  /// Words of a place's bits of the output.
  var wordCount: Int { (channelCount + 63) / 64 }
  /// H·W.
  var planeArea: Int { sideLength * sideLength }
  /// Numbers of a place, `[T, C]`.
  var placeCount: Int { stepCount * paddedCount }
  /// Numbers of a sample.
  var sampleValueCount: Int { planeArea * placeCount }
  /// H = W after pooling.
  var pooledSide: Int { sideLength / 2 }

  /// Words of one step's input bits.
  var inputStepWordCount: Int { planeArea * planeCount * inputWordCount }
  /// Words of one step's pooled bits.
  var pooledStepWordCount: Int { planeArea / 4 * planeCount * wordCount }
}

/// Buffers that are kept from one batch to the next, so that their pages are.
final class BufferPool {
  private var floats: [String: Buffer<Float>] = [:]
  private var words: [String: Buffer<UInt64>] = [:]

  /// A buffer of at least so many numbers; its content is undefined.
  func floats(_ name: String, count: Int) -> Buffer<Float> {
    if let buffer = floats[name], buffer.count >= count { return buffer }
    // The old one goes before the new one comes.
    floats[name] = nil
    let buffer = Buffer<Float>(count: count)
    floats[name] = buffer
    return buffer
  }

  /// A buffer of at least so many words of bits; its content is undefined.
  func words(_ name: String, count: Int) -> Buffer<UInt64> {
    if let buffer = words[name], buffer.count >= count { return buffer }
    words[name] = nil
    let buffer = Buffer<UInt64>(count: count)
    words[name] = buffer
    return buffer
  }
}
