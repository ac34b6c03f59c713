internal import EventData
package import FrameCache
package import SpikingNetwork

/// The input shape and the number of classes that a network for the cache must have.
extension FrameCache {
  /// The shape of a frame, `[2, height, width]`.
  package var networkInput: ImageShape { ImageShape(frameShape) }
  /// The number of classes.
  package var classCount: Int { schema.classNames.count }
}

extension ImageShape {
  /// The shape of a frame with both polarities.
  init(_ frame: FrameShape) {
    self.init(channelCount: FrameShape.channelCount, height: frame.height, width: frame.width)
  }
}

extension NetworkDescription {
  /// Describes how the network's input and classes differ from a cache's, as in `the network takes
  /// 34×34 frames of 10 classes; the cache has 128×128 of 11`; `nil` if they do not.
  ///
  /// - Parameter name: The name of the cache in the text.
  func difference(from cache: FrameCache, called name: String = "the cache") -> String? {
    guard input != cache.networkInput || classCount != cache.classCount else { return nil }
    return "the network takes \(input.pixelText) frames of \(classCount) classes; \(name) has "
      + "\(cache.networkInput.pixelText) of \(cache.classCount)"
  }
}

extension ImageShape {
  /// Width × height, as in `346×260`; the full shape if there are not two channels.
  fileprivate var pixelText: String {
    channelCount == FrameShape.channelCount ? "\(width)×\(height)" : "\(self)"
  }
}
