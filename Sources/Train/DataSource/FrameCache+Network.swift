internal import EventData
package import FrameCache
package import SpikingNetwork

/// What a network must be made for.
extension FrameCache {
  /// A frame of the cache.
  package var networkInput: ImageShape { ImageShape(frameShape) }
  /// The classes that samples are of.
  package var classCount: Int { schema.classNames.count }
}

extension ImageShape {
  /// A frame with both polarities.
  init(_ frame: FrameShape) {
    self.init(channelCount: FrameShape.channelCount, height: frame.height, width: frame.width)
  }
}

extension NetworkDescription {
  /// How frames and classes differ from those of a cache, as in `frames of 2×64×64`; `nil` where
  /// they do not.
  ///
  /// The first text is what the network has, the second what the cache has.
  func difference(from cache: FrameCache) -> (network: String, cache: String)? {
    if input != cache.networkInput {
      return ("frames of \(input)", "frames of \(cache.networkInput)")
    }
    if classCount != cache.classCount {
      return ("\(classCount) classes", "\(cache.classCount) classes")
    }
    return nil
  }
}
