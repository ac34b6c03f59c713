internal import SpikingNetwork

/// How the learning rate changes with the epoch.
///
/// In closed form, so that a resumed run needs no scheduler state.
/// Source: PyTorch 2.13, `torch.optim.lr_scheduler`, `CosineAnnealingLR` and `StepLR`.
package enum LearningRateSchedule: Equatable, Sendable {
  /// `lr₀·(1 + cos(π·epoch/T_max))/2`: down to 0 at T_max, up again after it, without a restart.
  case cosine(maximumEpoch: Int)
  /// `lr₀·γ^⌊epoch/size⌋`.
  case step(size: Int, gamma: Double)

  /// The learning rate of an epoch, from 0.
  package func learningRate(_ initial: Double, epoch: Int) -> Double {
    switch self {
    case .cosine(let maximumEpoch):
      initial * (1 + cosineOfPi(times: epoch, over: maximumEpoch)) / 2
    case .step(let size, let gamma):
      initial * power(gamma, epoch / size)
    }
  }
}
