-- Tables, figures, code, references and appendix, for each format; runs after citeproc.

local stringify = pandoc.utils.stringify
local shared = dofile('shared.lua')
local is, raw, raw_block, typst_string = shared.is, shared.raw, shared.raw_block, shared.typst_string
local LONG = 25   -- body rows above which a table breaks across pages instead of floating
local LONG_TEXT = 1200   -- and bytes of its text, for tables of few but tall rows
local WIDE = 88   -- characters a line of a table holds before its columns get fixed widths

local function length(text)
  return utf8.len(text) or 0
end

-- The longest word, as code breaks it: no column may be narrower.
local function longest_word(text)
  local most = 0
  for word in text:gmatch('[^%s|)~-]+') do
    most = math.max(most, math.min(length(word), 16))
  end
  return most
end

-- The most that a measure of the text of a cell reaches in each column.
local function column_lengths(element, measure)
  local most = {}
  local function look(rows)
    for _, row in ipairs(rows) do
      for i, cell in ipairs(row.cells) do
        most[i] = math.max(most[i] or 1, measure(stringify(cell.contents)))
      end
    end
  end
  look(element.head.rows)
  for _, body in ipairs(element.bodies) do
    look(body.body)
  end
  return most
end

local function given_widths(element, n)
  local widths = {}
  for part in element.attributes.widths:gmatch('[^,%s]+') do
    local width = tonumber(part)
    widths[#widths + 1] = width and width > 0 and width or nil
  end
  if #widths ~= n then
    pandoc.log.warn('widths="' .. element.attributes.widths .. '" of the table '
      .. element.identifier .. ' must be ' .. n .. ' numbers above zero')
    return nil
  end
  return widths
end

-- Columns of figures keep what they need; the words share the rest by the root of their length.
local function fitted_widths(element, n)
  local most = column_lengths(element, length)
  local needed, words, rest = 0, 0, WIDE
  for i = 1, n do
    needed = needed + (most[i] or 1) + 2
  end
  if needed <= WIDE then
    return nil
  end
  for i = 1, n do
    if most[i] <= 14 then
      rest = rest - most[i] - 2
    else
      words = words + math.sqrt(most[i])
    end
  end
  local widths = {}
  for i = 1, n do
    local share = math.max(rest, WIDE / 3) * math.sqrt(most[i]) / words
    widths[i] = most[i] <= 14 and most[i] + 2 or share
  end
  return widths
end

-- Shares of the line, none below what the longest word of its column needs.
local function wide_enough(widths, words)
  local shares, sum = {}, 0
  for i, width in ipairs(widths) do
    shares[i], sum = width, sum + width
  end
  for i, width in ipairs(shares) do
    shares[i] = width / sum
  end
  for _ = 1, #shares do
    local held, free = 0, 0
    for i, share in ipairs(shares) do
      local least = (1.1 * words[i] + 2) / 100
      if share <= least then
        shares[i], held = least, held + least
      else
        free = free + share
      end
    end
    if free == 0 or held >= 1 then
      break
    end
    for i, share in ipairs(shares) do
      if share > (1.1 * words[i] + 2) / 100 then
        shares[i] = share * (1 - held) / free
      end
    end
  end
  return shares
end

local function set_widths(element)
  local n = #element.colspecs
  local widths
  if element.attributes.widths then
    widths = given_widths(element, n)
  else
    widths = fitted_widths(element, n)
  end
  element.attributes.widths = nil
  local shares = widths and wide_enough(widths, column_lengths(element, longest_word)) or {}
  for i, spec in ipairs(element.colspecs) do
    element.colspecs[i] = { spec[1], shares[i] }
  end
end

local function n_rows(element)
  local rows = 0
  for _, body in ipairs(element.bodies) do
    rows = rows + #body.body
  end
  return rows
end

local function n_bytes(element)
  local bytes = 0
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        bytes = bytes + #stringify(cell.contents)
      end
    end
  end
  return bytes
end

local function finish_table(element)
  set_widths(element)
  local long = n_rows(element) > LONG or n_bytes(element) > LONG_TEXT
  if is('html') then
    local name = stringify(element.caption.long)
    -- A list, since a Lua table has its keys in another order each time.
    local attributes = { { 'tabindex', '0' }, { 'role', 'region' },
      { 'aria-label', name ~= '' and name or 'Table' } }
    local classes = long and { 'scroll', 'long' } or { 'scroll' }
    return pandoc.Div(element, pandoc.Attr('', classes, attributes))
  elseif is('typst') then
    -- Typst would count a table without a caption.
    local bare = #element.caption.long == 0
    local open = (long and '#long-table[' or '#[')
      .. (bare and '#set figure(numbering: none, placement: none)\n'
        .. '#show figure: set block(breakable: true)\n' or '')
    return { raw_block(open), element, raw_block(']') }
  elseif is('docx') then
    local gap = '<w:p><w:pPr><w:pStyle w:val="TableSpace"/></w:pPr></w:p>'
    return { element, pandoc.RawBlock('openxml', gap) }
  end
  return element
end

local function only_image(figure)
  local found
  figure:walk({ Image = function(image) found = found or image end })
  return found
end

local function finish_figure(figure)
  local image = only_image(figure)
  if is('html') and image then
    -- On a phone the figure is enlarged where it has the focus.
    return figure:walk({ Image = function(shown)
      shown.attributes.tabindex = '0'
      return shown
    end })
  end
  if not (is('typst') and image) then
    return figure
  end
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local alt = typst_string(stringify(image.caption))
  local width = image.attributes.width and (', width: ' .. image.attributes.width) or ''
  local open = '#figure(image(' .. typst_string(image.src) .. ', alt: ' .. alt .. width
    .. '), alt: ' .. alt .. ', caption: ['
  local out = pandoc.Inlines({ raw(open) })
  out:extend(caption)
  out:insert(raw(figure.identifier ~= '' and ('])<' .. figure.identifier .. '>') or '])'))
  return pandoc.Plain(out)
end

-- Characters that pdflatex has no glyph for outside of mathematics.
local IN_MATH = {
  ['≥'] = '\\geq', ['≤'] = '\\leq', ['≈'] = '\\approx', ['≠'] = '\\neq',
  ['−'] = '-', ['×'] = '\\times',
  ['±'] = '\\pm', ['→'] = '\\rightarrow', ['←'] = '\\leftarrow', ['∈'] = '\\in',
  ['∞'] = '\\infty',
  ['√'] = '\\surd', ['∑'] = '\\sum', ['⋅'] = '\\cdot', ['·'] = '\\cdot', ['α'] = '\\alpha',
  ['β'] = '\\beta', ['γ'] = '\\gamma', ['δ'] = '\\delta', ['Δ'] = '\\Delta', ['κ'] = '\\kappa',
  ['λ'] = '\\lambda', ['μ'] = '\\mu', ['π'] = '\\pi', ['ρ'] = '\\rho', ['σ'] = '\\sigma',
  ['τ'] = '\\tau', ['φ'] = '\\phi', ['χ'] = '\\chi', ['ω'] = '\\omega',
  ['²'] = '^2', ['³'] = '^3',
}
local ESCAPED = {
  ['\\'] = '\\textbackslash{}', ['{'] = '\\{', ['}'] = '\\}', ['$'] = '\\$', ['&'] = '\\&',
  ['#'] = '\\#', ['%'] = '\\%', ['_'] = '\\_', ['^'] = '\\^{}', ['~'] = '\\textasciitilde{}',
  ['|'] = '\\textbar{}', ['"'] = '\\textquotedbl{}', ["'"] = '\\textquotesingle{}',
  ['`'] = '\\textasciigrave{}',
  ['<'] = '\\textless{}', ['>'] = '\\textgreater{}', ['-'] = '{-}',
}

local function latex_text(str)
  local out, plain = pandoc.Inlines({}), ''
  for _, code in utf8.codes(str.text) do
    local character = utf8.char(code)
    if IN_MATH[character] then
      if plain ~= '' then
        out:insert(pandoc.Str(plain))
      end
      plain = ''
      out:insert(raw('\\ensuremath{' .. IN_MATH[character] .. '}'))
    else
      plain = plain .. character
    end
  end
  if #out == 0 then
    return nil
  end
  if plain ~= '' then
    out:insert(pandoc.Str(plain))
  end
  return out
end

-- Code may break after | ) ~ and in a run of 16 characters without any of them.
local function breakable(text, escape, gap)
  local out, run = {}, 0
  for _, code in utf8.codes(text) do
    local character = utf8.char(code)
    run = character == ' ' and 0 or run + 1
    out[#out + 1] = escape(character)
    if character:match('[|)~]') or run >= 16 then
      out[#out + 1], run = gap, 0
    end
  end
  if out[#out] == gap then
    out[#out] = nil
  end
  return table.concat(out)
end

local entities = { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;' }

local function finish_code(code)
  if is('latex') then
    local text = breakable(code.text, function(c)
      return IN_MATH[c] and '\\ensuremath{' .. IN_MATH[c] .. '}' or ESCAPED[c] or c
    end, '\\allowbreak{}')
    return raw('\\code{' .. text .. '}')
  elseif is('typst') then
    return raw('#code(' .. '"' .. code.text:gsub('[\\"]', '\\%0') .. '")')
  elseif is('html') then
    local text = breakable(code.text, function(c) return entities[c] or c end, '<wbr>')
    return raw('<code>' .. text .. '</code>')
  elseif is('docx') then
    -- The font is named in the run because LibreOffice loses that of the style within tables.
    local font = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
    local text = code.text:gsub('[&<>]', entities)
    return pandoc.RawInline('openxml', '<w:r><w:rPr><w:rStyle w:val="VerbatimChar"/>' .. font
      .. '</w:rPr><w:t xml:space="preserve">' .. text .. '</w:t></w:r>')
  end
end

local function finish_references(div)
  if is('typst') and div.classes:includes('csl-entry') then
    local inlines = pandoc.utils.blocks_to_inlines(div.content)
    inlines:insert(1, raw('#reference("' .. div.identifier .. '")['))
    inlines:insert(raw(']'))
    return pandoc.Para(inlines)
  elseif is('typst') and div.identifier == 'refs' then
    return div.content
  end
end

local function finish_citation(cite)
  return is('typst') and cite.content or nil
end

local function finish_link(link)
  if is('typst') and link.target:match('^#') then
    local out = pandoc.Inlines({ raw('#link(label("' .. link.target:sub(2) .. '"))[') })
    out:extend(link.content)
    out:insert(raw(']'))
    return out
  end
end

local function open_appendix(first, mark)
  if is('latex') then
    return (first and '\\appendixstart\n' or '')
  elseif is('typst') then
    return (first and '#show: appendix\n' or '') .. '#appendix-letter("' .. mark .. '")\n'
      .. '#set figure(numbering: n => "' .. mark .. '" + str(n))'
  end
end

local STYLED = { Header = true, Table = true, Figure = true }

-- What follows an equation goes on with its sentence.
local function after_equation(block)
  return block and block.t == 'Div' and block.attributes['custom-style'] == 'Equation'
end

local function set_appendix(blocks)
  local out, number = pandoc.Blocks({}), 0
  for _, block in ipairs(blocks) do
    if block.t == 'Header' and block.level == 1 and block.classes:includes('appendix') then
      number = number + 1
      local text = open_appendix(number == 1, string.char(string.byte('A') + number - 1))
      if text and text ~= '' then
        out:insert(raw_block(text))
      end
    elseif number > 0 and is('docx') and not STYLED[block.t] then
      block = pandoc.Div(block, { ['custom-style'] = 'Appendix Text' })
    elseif is('docx') and block.t == 'Para' and after_equation(out[#out]) then
      block = pandoc.Div(block, { ['custom-style'] = 'First Paragraph' })
    end
    out:insert(block)
  end
  return out
end

local function loosen(list)
  for _, item in ipairs(list.content) do
    for i, block in ipairs(item) do
      if block.t == 'Plain' then
        item[i] = pandoc.Para(block.content)
      end
    end
  end
  return list
end

function Pandoc(doc)
  doc.blocks = set_appendix(doc.blocks)
  -- Tables come first: they measure code that is then no longer plain.
  doc = doc:walk({ Table = finish_table })
  doc = doc:walk({
    Figure = finish_figure, Code = finish_code, Div = finish_references,
    Cite = finish_citation, Str = is('latex') and latex_text or nil,
    BulletList = is('docx') and loosen or nil, OrderedList = is('docx') and loosen or nil,
  })
  return doc:walk({ Link = finish_link })
end
