# Оформление страниц
brand = Гарнитур
brand-home = Гарнитур, на главную
nav-main = Разделы
nav-footer = Ссылки внизу страницы
nav-catalogue = Каталог
nav-sets = Гарнитуры
nav-track = Где мой заказ
nav-cart = Корзина
nav-courier = Курьерам
cart-pieces = { $n ->
    [one] предмет
    [few] предмета
   *[many] предметов
}
search-label = Поиск по каталогу
search-hint = Шкаф, дуб, «Онега»…
search-button = Найти
suggest-label = Подсказки поиска
suggest-category = Категория
suggest-found = Подсказок:
suggest-none = Подсказок нет
footer-about = Мебель с честным наличием: собираем из деталей со своих складов и привозим в выбранный час.
to-catalogue = Открыть каталог

# Главная
home-page-title = Гарнитур — мебель с доставкой к выбранному часу
home-title = Мебель, с которой хочется остаться дома
home-lead = Шкафы, столы, диваны и комоды из деталей, которые уже лежат на наших складах. Цена и наличие на сайте — настоящие, доставка — в выбранный вами час.
home-button = Смотреть каталог
home-track = Где мой заказ
home-categories = Что обставляем
home-new = Новое в каталоге
home-all = Весь каталог
hero-picture = Рисунок: светлая комната с терракотовым креслом, торшером и ореховым комодом
models = { $n ->
    [one] { $n } модель
    [few] { $n } модели
   *[many] { $n } моделей
}
how-title = Как мы работаем
how-stock-title = Наличие без сюрпризов
how-stock-text = Считаем детали на трёх складах. Если написано «в наличии» — значит, предмет можно собрать прямо сейчас.
how-slot-title = Час доставки — ваш
how-slot-text = Видите цену и свободные окна до оплаты. Выбранное окно остаётся за вами, пока вы платите.
how-number-title = Номер вместо звонков
how-number-text = Без регистрации: по номеру заказа видно, собран ли он, у кого сейчас и когда приедет.

# Каталог
catalogue-title = Каталог
catalogue-about = Мебель «Гарнитур»: категории, цвета, материалы, цены и наличие на складах.
found = { $n ->
    [0] Ничего не найдено
    [one] { $n } предмет
    [few] { $n } предмета
   *[many] { $n } предметов
}
found-for = { $n ->
    [0] По запросу «{ $q }» ничего не найдено
    [one] { $n } предмет по запросу «{ $q }»
    [few] { $n } предмета по запросу «{ $q }»
   *[many] { $n } предметов по запросу «{ $q }»
}
found-at-most = До { $n ->
    [one] { $n } предмета
   *[other] { $n } предметов
}
found-at-most-for = До { $n ->
    [one] { $n } предмета по запросу «{ $q }»
   *[other] { $n } предметов по запросу «{ $q }»
}
found-many = Подходит очень многое, поэтому показано самое новое. Добавьте слово или фильтр, чтобы найти точнее.
results = Найденные предметы
categories-below = Разделы этой категории
filters = Фильтры
filter-category = Категория
filter-color = Цвет
filter-material = Материал
filter-price = Цена, ₽
filter-from = Цена от
filter-to = Цена до
number-from = { $name }: от
number-to = { $name }: до
range-from = от { $value }
range-to = до { $value }
chip = { $name }: { $value }
quoted = «{ $text }»
filter-more = Ещё { $n }
filter-available = В наличии
filter-all = Вся мебель
filter-apply = Показать
filter-reset = Сбросить всё
filter-remove = убрать
chips-label = Выбранные фильтры
sort = Сначала
sort-apply = Упорядочить
sort-relevance = подходящие
sort-new = новые
sort-price = дешевле
sort-price-down = дороже
nothing-title = Такой мебели у нас пока нет
nothing-text = Попробуйте убрать часть фильтров: нажмите на любой из них выше.
nothing-text-words = Мы искали и похожие слова. Проверьте, нет ли опечатки, или назовите предмет проще: «шкаф», «стол», «диван».
nothing-everywhere = Искать «{ $q }» во всём каталоге
nothing-instead = Что есть в этой категории
nothing-button = Показать весь каталог
page-empty = Дальше ничего не нашлось.
page-empty-more = В этой части каталога подходящего нет, но поиск ещё не окончен.
pager = Страницы каталога
pager-first = К началу
pager-next = Дальше
out-of-stock = Нет в наличии
no-price = Цена уточняется

# Предмет
crumbs = Путь по каталогу
gallery = Изображения
no-picture = Изображения пока нет
picture = { $name }, изображение { $n }
picture-show = Показать изображение { $n }
in-stock = { $n ->
    [one] В наличии { $n } штука
    [few] В наличии { $n } штуки
   *[many] В наличии { $n } штук
}
out-of-stock-text = Сейчас нет в наличии: не хватает деталей
not-for-sale = Пока не продаётся: цена ещё не рассчитана
look-at-others = Похожее в наличии
quantity = Количество
quantity-invalid = Укажите количество от 1 до { $max }
less = Меньше
more = Больше
put-in-cart = В корзину
product-shortage = { $have ->
    [0] В наличии только { $available } шт.
   *[other] В наличии только { $available } шт., из них { $have } уже в вашей корзине
}
facts = Характеристики
dimensions = Размеры, В × Ш × Г
weight = Вес
yes = да
no = нет
documents = Чертежи и инструкции
document-drawing = Чертёж
document-instruction = Инструкция по сборке
parts = Из чего собрано
parts-text = Детали одного предмета. Дополнительные не обязательны: без них он тоже стоит и служит.
part = Деталь
part-sku = Артикул
part-quantity = Штук
part-optional = дополнительно
where = Где есть
where-text = Сколько можно собрать на каждом складе и со всех вместе.
warehouse = Склад
units = Штук
units-total = Всего
none = нет
bought-together = Часто покупают вместе
may-suit = Вам может подойти
like-this-one = Похожий товар
similar = Ещё в этой категории

# Гарнитуры
sets-title = Гарнитуры
sets-lead = Спальни, столовые и гостиные целиком: предметы, которые подобраны друг к другу по цвету и материалу.
sets-kinds = Виды гарнитуров
sets-all = Все
sets-none-title = Гарнитуров пока нет
sets-none-text = Мы их подбираем. А пока можно собрать свой из предметов каталога.
sets-pager = Страницы гарнитуров
set-empty = Пустой
set-incomplete = Неполный
set-complete = Полный комплект
set-complete-with-extras = Полный, с дополнениями
set-units = { $n ->
    [one] { $n } предмет
    [few] { $n } предмета
   *[many] { $n } предметов
}
set-no-units = Пока без предметов
set-discount = Скидка до { $percent } %
set-off = до −{ $price }
set-discount-why = Скидка на полный комплект. Чем дальше склад, с которого едут предметы, тем она меньше.
set-missing = Чего не хватает до комплекта
set-contents = Что входит
set-summary = Стоимость гарнитура
set-other-color = { $n ->
    [one] { $n } предмет другого цвета
    [few] { $n } предмета другого цвета
   *[many] { $n } предметов другого цвета
}
set-other-material = { $n ->
    [one] { $n } предмет из другого материала
    [few] { $n } предмета из другого материала
   *[many] { $n } предметов из другого материала
}
set-in-stock = { $n ->
    [one] Можно собрать { $n } комплект
    [few] Можно собрать { $n } комплекта
   *[many] Можно собрать { $n } комплектов
}
set-out-of-stock = Весь комплект сейчас не собрать: не хватает деталей
set-unpriced = Пока не продаётся: не у всех предметов есть цена
set-not-for-sale = Сейчас этот гарнитур целиком не купить.
set-refused = В корзину ничего не положено.
set-put-in-cart = Всё в корзину

# Корзина
cart-title = Корзина
cart-empty-title = В корзине пусто
cart-empty-text = Загляните в каталог: там есть за что зацепиться глазу.
cart-update = Обновить
cart-remove = Убрать
cart-less = Меньше: { $name }
cart-more = Больше: { $name }
cart-quantity = Количество: { $name }
cart-shortage = В наличии только { $available } шт.
cart-sold-out = Разобрали, пока товар был в корзине. Уберите его, чтобы оформить остальное.
cart-not-for-sale = Больше не продаётся. Уберите его, чтобы оформить остальное.
cart-take-available = Взять { $n } шт.
cart-checkout = Оформить доставку
cart-cannot-order = Поправьте отмеченные строки — и можно оформлять.
cart-continue = Продолжить покупки
price-each = { $price } за штуку
summary-title = Состав заказа
summary-goods = Товары
summary-delivery = Доставка
summary-delivery-later = посчитаем по адресу
summary-delivery-next = на следующем шаге
summary-total = Итого

# Доставка
steps-label = Шаги оформления
step-address = Адрес
step-slot = Время
step-payment = Оплата
delivery-title = Куда и кому привезти
recipient = Получатель
address = Адрес
name = Имя и фамилия
name-hint = Курьер спросит это имя
name-invalid = Назовите получателя: от 2 до 100 знаков
phone = Телефон
phone-hint = Например, +7 999 123-45-67
phone-invalid = Это не похоже на номер телефона: нужно 10–15 цифр
postcode = Индекс
postcode-invalid = Индекс — это шесть цифр
city = Город
city-invalid = Укажите город или посёлок
street = Улица и дом
street-invalid = Укажите улицу и дом
flat = Квартира или офис
flat-invalid = Не длиннее 50 знаков
personal-note = Имя, телефон и адрес увидит только курьер, который взял ваш заказ.
to-slots = Выбрать время
back-to-cart = Вернуться в корзину
back-to-address = Изменить адрес
abandon = Отказаться от оформления
slot-title = Когда привезти
slot-text = Зона доставки: { $zone }. Показаны окна, в которые ещё есть место.
slots-later = { $n ->
    [one] Ещё { $n } день
    [few] Ещё { $n } дня
   *[many] Ещё { $n } дней
}
slots-none = Для этого адреса сейчас нет свободных окон. Загляните позже или укажите другой адрес.
slot-missing = Выберите время доставки
slot-taken = Это время только что заняли. Выберите другое.
change = Изменить
place-order = Оформить заказ
place-note = Товары и время останутся за вами до оплаты: обычно на 20 минут.
unconfirmed-title = Ответ не дошёл
unconfirmed-text = Мы не получили подтверждения, что заказ принят. Нажмите ещё раз: если он уже оформлен, второй не появится.
unconfirmed-button = Проверить и оформить

# Заказ
order = Заказ
order-title = Заказ { $number }
order-story-created = Заказ принят, товары отложены для вас. Осталось оплатить.
order-story-settling = Ждём, когда банк подтвердит оплату.
order-story-late = Время на оплату вышло. Заказ сейчас отменится сам, товары вернутся в продажу.
order-story-paid = Оплата получена. Склад собирает заказ.
order-story-ready-to-ship = Всё собрано и ждёт курьера.
order-story-needs-change = Заказ изменён, склад пересобирает его.
order-story-in-delivery = Курьер взял заказ и едет к вам.
order-story-delivered = Заказ у вас. Пусть служит долго!
order-story-not-delivered = Привезти не получилось.
order-story-cancelled = Заказ отменён.
order-story-unpaid = Время на оплату вышло: заказ отменён, товары вернулись в продажу.
pay-title = К оплате { $total }
pay-before = Оплатите до { $at }.
pay-left = Осталось
pay-button = Оплатить картой
pay-again = Оплатить ещё раз
settling-title = Проверяем оплату
settling-text = Обычно это несколько секунд. Страница обновится сама.
way-title = Ход заказа
delivery-when = Доставка
placed-note = Эти данные видите только вы и только сейчас: по номеру заказа их не узнать.
order-keep = Сохраните номер { $number } — по нему заказ найдётся с любого устройства в разделе «Где мой заказ».
reason = Причина: { $reason }
reason-call = Чтобы договориться о новой доставке, позвоните оператору:
reason-nobody-home = никого не было дома
reason-wrong-address = адрес не найден
reason-refused = получатель отказался
reason-damaged = повреждено в пути
reason-too-late = курьер не успел вовремя

# Где мой заказ
track-title = Где мой заказ
track-text = Введите номер, который мы показали при оформлении. Входить никуда не нужно.
track-number = Номер заказа
track-hint = Двенадцать знаков, например 7K2M-9QXA-4TBD
track-button = Найти
track-unknown = Заказа с таким номером нет. Проверьте, нет ли опечатки.

# Сообщения после действий
flash-in-cart = В корзине: { $what }
flash-set-in-cart = В корзине все предметы: { $what }
flash-set-partly = Поместилось не всё, эти предметы только что разобрали: { $what }
flash-cart-gone = Этого в корзине больше нет.
flash-cart-changed = Пока вы оформляли заказ, корзина или наличие изменились. Проверьте её и продолжите.
flash-address-refused = По этому адресу доставку посчитать не удалось. Проверьте его, пожалуйста.
flash-abandoned = Оформление отменено. Корзина сохранилась.
flash-not-payable = Этот заказ уже нельзя оплатить: он оплачен, отменён, или время вышло.
flash-payment-unavailable = Платёжный сервис не ответил. Деньги не списаны, попробуйте ещё раз.

# Курьерам
courier-brand = Гарнитур · курьер
courier-tabs = Заказы
courier-mine = Мои
courier-free = Свободные
courier-sign-in = Вход для курьеров
courier-login = Логин
courier-login-hint = Тот же, что на рабочем компьютере
courier-login-missing = Введите логин
courier-password = Пароль
courier-password-missing = Введите пароль
courier-enter = Войти
courier-sign-out = Выйти
courier-back = К моим заказам
courier-pieces = { $n ->
    [one] { $n } предмет
    [few] { $n } предмета
   *[many] { $n } предметов
}
courier-mine-empty = У вас нет взятых заказов.
courier-to-free = Посмотреть свободные
courier-free-empty = Свободных заказов сейчас нет.
courier-free-refresh = Новые появятся здесь сами.
courier-claim = Взять заказ
courier-delivered = Доставлен
courier-not-delivered = Не удалось доставить
courier-reason = Почему
courier-not-delivered-button = Отметить «не доставлен»
courier-release = Вернуть в список
courier-release-text = Заказ снова увидят другие курьеры, данные клиента у вас пропадут.
courier-release-button = Вернуть заказ
flash-claimed = Заказ { $what } ваш
flash-released = Заказ { $what } снова в общем списке
flash-delivered = Заказ { $what } доставлен
flash-not-delivered = Заказ { $what } отмечен как недоставленный
flash-reason-missing = Выберите причину
flash-not-yours = Заказ { $what } уже у другого курьера
flash-status-conflict = С заказом { $what } этого уже нельзя сделать: он изменился
flash-order-unknown = Заказа { $what } больше нет в списке
