internal import FrameCache
internal import GestureDataSet
internal import SpikingNetwork

/// What a network must be made for.
extension FrameCache {
  /// A frame of a cache.
  static let frameShape = NetworkDescription.gestureInput
  /// The classes that samples are of.
  static let classCount = Gesture.allCases.count
}

extension NetworkDescription {
  /// How frames and classes differ from those of a cache, as in `frames of 2×64×64`; `nil` where
  /// they do not.
  ///
  /// The first text is what the network has, the second what the cache has.
  var differenceFromCache: (network: String, cache: String)? {
    if input != FrameCache.frameShape {
      return ("frames of \(input)", "frames of \(FrameCache.frameShape)")
    }
    if classCount != FrameCache.classCount {
      return ("\(classCount) classes", "\(FrameCache.classCount) classes")
    }
    return nil
  }
}
