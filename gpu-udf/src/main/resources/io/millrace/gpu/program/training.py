# What the programs that train heads share. Dialect and codes as in decoder.py; the words in capitals are HeadProgram's to fill
# in: DTYPE of products, DEPTH of training, and the shape of the layer.
#
# Rows are the tokens of some exchanges, one after the other. `rows` names those whose feature must lead to a token of an answer:
# row r stands for position r, the model's own head on its feature gives token r + 1, and heads guess token r + 2. What a chain
# that began `level` rows earlier guesses at its end is compared at the same row, so level 0 is the first guess.
#
#   weights    what is trained
#   frozen     of the model: rows of the head [scored, hidden] in DTYPE, place of each word among them int64 [vocabulary] (-1
#              for those that are not scored), embedding [vocabulary, hidden], cosines and sines [positions, head / 2], final norm
#   data       tokens, exchange of each, place of each in it, features [tokens, width], rows
  def put_rows(self: __torch__.CLASS, target: Tensor, first: int, chunk: Tensor) -> int:
    _0 = torch.copy_(torch.slice(target, 0, first, torch.add(first, chunk.size(0))), chunk, False)
    return 0
  # Float32 rows of what the decoder stored.
  def pick(self: __torch__.CLASS, stored: Tensor, slots: Tensor) -> Tensor:
    return torch.to(torch.index_select(stored, 0, slots), 6)
  # Rows of a matrix that is not trained.
  def frozen_rows(self: __torch__.CLASS, matrix: Tensor, ids: Tensor) -> Tensor:
    return torch.to(torch.index_select(matrix, 0, ids), DTYPE)
  def product(self: __torch__.CLASS, x: Tensor, w: Tensor) -> Tensor:
    return torch.to(torch.linear(torch.to(x, DTYPE), torch.to(w, DTYPE)), 6)
  # The rows whose next but one token is scored.
  def scored(self: __torch__.CLASS, frozen: List[Tensor], data: List[Tensor]) -> Tensor:
    rows = data[4]
    places = torch.index_select(frozen[1], 0, torch.index_select(data[0], 0, torch.add(rows, 2)))
    return torch.index_select(rows, 0, torch.squeeze(torch.nonzero(torch.ge(places, 0)), 1))
  # Places among the scored words of the tokens that follow, [rows]; -1 where one is not scored.
  def wanted(self: __torch__.CLASS, frozen: List[Tensor], data: List[Tensor], rows: Tensor) -> Tensor:
    return torch.index_select(frozen[1], 0, torch.index_select(data[0], 0, torch.add(rows, 2)))
  # What the model itself would draw there: float32 [rows, scored], from final hidden states.
  def teacher(self: __torch__.CLASS, frozen: List[Tensor], final: Tensor, rows: Tensor) -> Tensor:
    return torch.softmax((self).product(torch.index_select(final, 0, torch.add(rows, 1)), frozen[0], ), 1, None)
  # 1 where a chain can have begun `level` rows before, else 0.
  def begun(self: __torch__.CLASS, data: List[Tensor], rows: Tensor, level: int) -> Tensor:
    return torch.to(torch.ge(torch.index_select(data[2], 0, rows), level), 6)
  # Mean cross-entropy against, half and half, the token that followed and what the model thought.
  def entropy(self: __torch__.CLASS, logits: Tensor, taught: Tensor, places: Tensor, counted: Tensor) -> Tensor:
    q = torch.log_softmax(logits, 1, None)
    hard = torch.squeeze(torch.gather(q, 1, torch.unsqueeze(places, 1), sparse_grad=False), 1)
    soft = torch.sum(torch.mul(q, taught), [1], False)
    each = torch.mul(torch.add(hard, soft), torch.mul(counted, -0.5))
    return torch.div(torch.sum(each), torch.clamp(torch.sum(counted), 1., None))
  # Each level counts four fifths of the one before (Medusa, section 2.2.1).
  def summed(self: __torch__.CLASS, losses: List[Tensor]) -> Tensor:
    total = losses[0]
    share = 1.
    for i in range(torch.sub(len(losses), 1)):
      share = torch.mul(share, 0.8)
      total = torch.add(total, torch.mul(losses[torch.add(i, 1)], share))
    return total
  # 1 where the best scored word is the token that followed, else 0.
  def hits(self: __torch__.CLASS, logits: Tensor, places: Tensor, counted: Tensor) -> Tensor:
    return torch.mul(torch.to(torch.eq(torch.argmax(logits, 1, False), places), 6), counted)
