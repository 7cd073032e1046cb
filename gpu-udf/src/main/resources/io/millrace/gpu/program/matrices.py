# Matrices in the engine's weight format; part of every program that multiplies. The words in capitals are WeightFormat's to
# fill in.
  def no_matrices(self: __torch__.CLASS) -> List[MATRIX]:
    return annotate(List[MATRIX], [])
  # Appends a [out, in] float32 matrix in the engine's weight format.
  def add_matrix(self: __torch__.CLASS, matrices: List[MATRIX], w: Tensor) -> int:
PACK
    _0 = torch.append(matrices, packed)
    return len(matrices)
  def linear(self: __torch__.CLASS, x: Tensor, w: MATRIX) -> Tensor:
LINEAR
  # The product behind the gated activation, the one place where single values of a row can be hundreds of times its mean
  # (massive activations, Sun et al. 2024: the first token of a text has them).
  def linear_down(self: __torch__.CLASS, x: Tensor, w: MATRIX) -> Tensor:
DOWN
