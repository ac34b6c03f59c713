internal import Terminal

/// A number of epochs with their numbers, which count from 0, as in `27 epochs (0 to 26)`.
package func epochCountText(_ count: Int) -> String {
  counted(count, "epoch") + (count > 1 ? " (0 to \(count - 1))" : "")
}
