# Training of Medusa heads (2401.10774). weights: per head a matrix [hidden, hidden], a bias, and the head's own matrix [scored,
# hidden].
class MedusaTraining(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
INCLUDE training
  # What head `level` guesses at the rows: it saw the feature `level` rows before.
  def guesses(self: __torch__.MedusaTraining, weights: List[Tensor], frozen: List[Tensor], data: List[Tensor], rows: Tensor, level: int) -> Tensor:
    z = torch.index_select(data[3], 0, torch.clamp(torch.sub(rows, level), 0, None))
    i = torch.mul(level, 3)
    z = torch.add(z, torch.silu(torch.add((self).product(z, weights[i], ), weights[torch.add(i, 1)])))
    return (self).product(z, weights[torch.add(i, 2)], )
  # What is minimised, and the cross-entropy of each level [DEPTH].
  def loss(self: __torch__.MedusaTraining, weights: List[Tensor], frozen: List[Tensor], data: List[Tensor]) -> Tuple[Tensor, Tensor]:
    rows = (self).scored(frozen, data, )
    places = (self).wanted(frozen, data, rows, )
    taught = (self).teacher(frozen, data[3], rows, )
    losses = annotate(List[Tensor], [])
    for level in range(DEPTH):
      logits = (self).guesses(weights, frozen, data, rows, level, )
      _0 = torch.append(losses, (self).entropy(logits, taught, places, (self).begun(data, rows, level, ), ))
    return ((self).summed(losses, ), torch.detach(torch.stack(losses, 0)))
  # Per level and row 1 where the guess is the token that followed: float32 [levels, rows].
  def matches(self: __torch__.MedusaTraining, weights: List[Tensor], frozen: List[Tensor], data: List[Tensor], levels: int) -> Tensor:
    places = (self).wanted(frozen, data, data[4], )
    result = annotate(List[Tensor], [])
    for level in range(levels):
      logits = (self).guesses(weights, frozen, data, data[4], level, )
      _0 = torch.append(result, (self).hits(logits, places, (self).begun(data, data[4], level, ), ))
    return torch.stack(result, 0)
