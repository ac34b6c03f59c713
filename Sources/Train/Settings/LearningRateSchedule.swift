internal import SpikingNetwork

/// How the learning rate changes with the epoch.
///
/// The closed form needs no scheduler state, so a run can be resumed at any epoch.
/// Source: PyTorch 2.13, `torch.optim.lr_scheduler`, `CosineAnnealingLR` and `StepLR`.
package enum LearningRateSchedule: Equatable, Sendable {
  /// `lr₀·(1 + cos(π·epoch/T_max))/2`: falls to 0 at T_max, and then rises again, without restarts.
  case cosine(halfPeriod: Int)
  /// `lr₀·γ^⌊epoch/size⌋`: multiplied by γ every `size` epochs.
  case step(size: Int, gamma: Double)

  /// The learning rate of an epoch; `initial` is that of epoch 0.
  package func learningRate(_ initial: Double, epoch: Int) -> Double {
    switch self {
    case .cosine(let halfPeriod):
      initial * (1 + cosineOfPi(times: epoch, over: halfPeriod)) / 2
    case .step(let size, let gamma):
      initial * power(gamma, epoch / size)
    }
  }
}
