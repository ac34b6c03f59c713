internal import EventData
package import FrameCache
package import SpikingNetwork

/// The input and classes that a network must have.
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
  /// How frames and classes differ from those of a cache, as in `the network takes 34×34 frames of
  /// 10 classes; the cache has 128×128 of 11`; `nil` where they do not.
  ///
  /// - Parameter name: What the cache is called.
  func difference(from cache: FrameCache, called name: String = "the cache") -> String? {
    guard input != cache.networkInput || classCount != cache.classCount else { return nil }
    return "the network takes \(input.pixelText) frames of \(classCount) classes; \(name) has "
      + "\(cache.networkInput.pixelText) of \(cache.classCount)"
  }
}

extension ImageShape {
  /// The pixels of a frame with both polarities, as in `346×260`; of another, all its extents.
  fileprivate var pixelText: String {
    channelCount == FrameShape.channelCount ? "\(width)×\(height)" : "\(self)"
  }
}
