-- What the filters share; each reads it by dofile().

local shared = {}

function shared.is(format)
  return FORMAT:match(format) ~= nil
end

function shared.raw(text)
  return pandoc.RawInline(FORMAT, text)
end

function shared.raw_block(text)
  return pandoc.RawBlock(FORMAT, text)
end

function shared.typst_string(text)
  return '"' .. text:gsub('[\\"]', '\\%0'):gsub('%s+', ' ') .. '"'
end

return shared
