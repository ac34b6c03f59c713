import SpikingNetwork

/// A network that suits frames and classes, for those who have to name one.
struct NetworkSuggestion {
  private let input: ImageShape
  private let classCount: Int

  init(for input: ImageShape, classCount: Int) {
    self.input = input
    self.classCount = classCount
  }

  /// What to type, as in `-net nmnist fits`.
  var words: String {
    // N-MNIST's sensor.
    if input.height == 34 && input.width == 34 { return "-net nmnist fits" }
    return "-net '\(notation)' fits"
  }

  /// Stages that pool, until four to seven pixels are left of the shorter side.
  var notation: String {
    var side = min(input.height, input.width)
    var stageCount = 0
    while side >= 8 {
      side /= 2
      stageCount += 1
    }
    let convolutions =
      stageCount == 0
      ? "c32k3s1-BN-LIF"
      : stageCount == 1 ? "c32k3s1-BN-LIF-MPk2s2" : "{c32k3s1-BN-LIF-MPk2s2}*\(stageCount)"
    // Ten neurons vote for each class, as in the paper, where a layer may have so many.
    let output = classCount <= 6553 ? "FC\(10 * classCount)-LIF-APk10s10" : "FC\(classCount)-LIF"
    return "\(convolutions)-DP-FC128-LIF-DP-\(output)"
  }
}
