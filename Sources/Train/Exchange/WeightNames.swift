package import SpikingNetwork

/// The names of tensors in an exported file.
package enum WeightNames: String, CaseIterable, Sendable {
  /// Those of the step-by-step network `PythonNet` of SpikingJelly's tutorial, which are ours.
  case pythonNet = "python-net"
  /// Those of the layer-by-layer network `CextNet` of SpikingJelly's tutorial, with SpikingJelly
  /// 2.0.0.
  case cextNet = "cext-net"
  /// Those of SpikingJelly 2.0.0's own `DVSGestureNet`.
  case dvsGestureNet = "dvs-gesture-net"

  /// The names for a network.
  ///
  /// - Parameter network: The network.
  package func scheme(for network: NetworkDescription) -> NamingScheme {
    switch self {
    case .pythonNet: .stepByStep
    case .cextNet: .layerByLayer(network)
    case .dvsGestureNet: .dvsGestureNet(network)
    }
  }

  /// Why a network is not the one whose names these are; `nil` if it is.
  ///
  /// - Parameter network: The network.
  func refusal(of network: NetworkDescription) -> String? {
    guard self == .dvsGestureNet else { return nil }
    let convolution = network.parameters.first?.shape.first ?? 0
    let expected = NetworkDescription.dvsGestureNetLayers(channelCount: convolution)
    if network.layers.map(\.withoutBias) == expected
      && network.input == NetworkDescription.gestureInput
    {
      return nil
    }
    if let channelCount = network.gestureShorthand?.channelCount, channelCount != 128,
      network.gestureShorthand?.pooling == .maximum
    {
      return
        "--names dvs-gesture-net: SpikingJelly's DVSGestureNet has 512 neurons in its first linear "
        + "layer, as with 128 channels; the network has \(channelCount) channels, and so "
        + "\(4 * channelCount)"
    }
    return
      "--names dvs-gesture-net: the layers {cCk3s1-BN-LIF-MPk2s2}*5-DP-FC512-LIF-DP-FC110-LIF-APk10s10 "
      + "for 128×128 pixels expected, \(network.notation) for \(network.input) found"
  }
}

extension NetworkDescription {
  /// The layers of SpikingJelly's `DVSGestureNet(channels)`: the first linear layer has 512 outputs
  /// for any number of channels.
  static func dvsGestureNetLayers(channelCount: Int) -> [Layer] {
    gestureLayers(channelCount: channelCount, pooling: .maximum).map { layer in
      layer == .linear(outputCount: 4 * channelCount) ? .linear(outputCount: 512) : layer
    }
  }
}

extension Layer {
  /// The same layer without biases.
  var withoutBias: Layer {
    if case .linear(let outputCount, _) = self { .linear(outputCount: outputCount) } else { self }
  }
}
