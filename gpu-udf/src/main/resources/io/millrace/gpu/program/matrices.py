# Matrices in the engine's weight format; part of every program that multiplies. The words in capitals are MatrixCode's to
# fill in.
  def no_matrices(self: __torch__.CLASS) -> List[MATRIX]:
    return annotate(List[MATRIX], [])
  # Appends a [out, in] float32 matrix in the engine's weight format.
  def add_matrix(self: __torch__.CLASS, matrices: List[MATRIX], w: Tensor) -> int:
PACK
    _0 = torch.append(matrices, packed)
    return len(matrices)
  # The same for one of the model's own products, which int8 centres: mean inputs [2, in] of tokens at later positions and at
  # position 0; block [size, size] is an orthogonal matrix by which inputs are turned in blocks, or empty.
  def add_site(self: __torch__.CLASS, matrices: List[MATRIX], w: Tensor, centres: Tensor, block: Tensor) -> int:
SITE
    _0 = torch.append(matrices, packed)
    return len(matrices)
  def turned(self: __torch__.CLASS, x: Tensor, block: Tensor) -> Tensor:
    return torch.view(torch.mm(torch.reshape(x, [-1, block.size(0)]), block), [x.size(0), x.size(1)])
  # [rows, out] = [rows, in] times a matrix of add_matrix.
  def linear(self: __torch__.CLASS, x: Tensor, w: MATRIX) -> Tensor:
LINEAR
  # Per row 1 where it is at position 0, else 0; empty where no row is or the format does not care.
  def first_rows(self: __torch__.CLASS, positions: Tensor) -> Tensor:
FIRST
    return torch.slice(positions, 0, 0, 0)
  # The product with a matrix of add_site; first as first_rows gives it.
  def linear_site(self: __torch__.CLASS, x: Tensor, w: MATRIX, first: Tensor) -> Tensor:
CENTRED
  def cast(self: __torch__.CLASS, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)
  # Writes rows [first, first + rows of the chunk) of a matrix: large ones arrive in pieces.
  def put_rows(self: __torch__.CLASS, target: Tensor, first: int, chunk: Tensor) -> int:
    _0 = torch.copy_(torch.slice(target, 0, first, torch.add(first, chunk.size(0))), chunk, False)
    return 0
