import ArgumentParser
import FrameCache
import SpikingNetwork
import Train

extension NetworkOptions {
  /// The layers where `-net` is missing.
  ///
  /// - Parameters:
  ///   - input: The shape of a frame.
  ///   - classCount: The number of classes.
  ///   - cache: What has such frames; `nil` for `-size`.
  /// - Throws: `ValidationError`, with what would do, for frames that the tutorial's network cannot
  ///   pool without a remainder.
  func defaultLayers(
    _ input: ImageShape, classCount: Int, of cache: FrameCache? = nil
  ) throws -> [Layer] {
    if let paper = cache.flatMap(PaperNetwork.init(for:)) {
      return paper.layers(
        channelCount: channels.value, pooling: pooling.value, classCount: classCount)
    }
    let tutorial = TutorialNetwork(for: input)
    guard tutorial.isDivisible else {
      let frames = tutorial.divisibleInput
      var options =
        cache?.settings.preprocessing == nil
        ? "--crop center:\(frames.width)x\(frames.height)" : "--crop or --downsample"
      if cache?.isOfOwnRecordings == true {
        options = "--sensor, if the camera has another size, or \(options)"
      }
      let source = cache.map { "\($0.path)" } ?? "-\(OptionName.size.rawValue)"
      throw ValidationError(
        "-net: none given; the default network pools \(tutorial.poolingCount) times, so sides that are "
          + "multiples of \(tutorial.divisor) are expected, \(input) found in \(source): "
          + "\(suggestion(input, classCount).words), or frames of \(frames) (dvsprep convert "
          + "\(options))")
    }
    return tutorial.layers(
      channelCount: channels.value, pooling: pooling.value, classCount: classCount)
  }
}
